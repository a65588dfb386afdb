// What a front end does with the types that graphql-codegen writes: reads, narrows a union, fills inputs.

import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";

import { graphql } from "./gql/index.js";
import { type FragmentType, useFragment } from "./gql/fragment-masking.js";
import type { CourseStatus, EnrollInput, UserErrorCode } from "./gql/graphql.js";

const Heading = graphql(`
  fragment Heading on Course {
    id
    title
    status
    startsAt
  }
`);

const Courses = graphql(`
  query Courses($filter: CourseFilter, $orderBy: CourseOrder, $first: Int, $after: String) {
    courses(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      nodes {
        ...Heading
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const ItemContent = graphql(`
  query ItemContent($id: ID!) {
    item(id: $id) {
      title
      content {
        __typename
        ... on RichText {
          text
        }
        ... on Quiz {
          questions {
            type
            options {
              text
            }
          }
        }
        ... on Video {
          single {
            hdUrl
            hdSize
          }
        }
      }
    }
  }
`);

const Enroll = graphql(`
  mutation Enroll($input: EnrollInput!) {
    enroll(input: $input) {
      enrollment {
        id
        enrolledAt
      }
      userErrors {
        field
        code
        message
      }
    }
  }
`);

const running: CourseStatus = "ACTIVE";
const closed: UserErrorCode = "ENROLLMENT_CLOSED";

export function titles(page: ResultOf<typeof Courses>): string[] {
  return page.courses.nodes.map((node: FragmentType<typeof Heading>) => {
    const course = useFragment(Heading, node);
    const startsAt: string | null | undefined = course.startsAt;
    return course.status === running ? course.title : `${course.title} ${startsAt ?? ""}`;
  });
}

export const firstPage: VariablesOf<typeof Courses> = { filter: { status: [running] }, first: 20 };

export function describe({ item }: ResultOf<typeof ItemContent>): string {
  const content = item?.content;
  switch (content?.__typename) {
    case "RichText":
      return content.text;
    case "Quiz":
      return content.questions.map((question) => question.options.map(({ text }) => text).join()).join();
    case "Video":
      return String(content.single?.hdUrl ?? "") + (content.single?.hdSize ?? 0).toFixed();
    default:
      return item?.title ?? "";
  }
}

export const input: EnrollInput = { courseId: "01890000-0000-7000-8000-000000000000" };

export function joined({ enroll }: ResultOf<typeof Enroll>): string {
  if (enroll.userErrors.some(({ code }) => code === closed)) return "closed";
  return enroll.enrollment?.enrolledAt ?? "";
}
