// Documents as a front end on Relay writes them: fragments, pagination, a refetch by id, a mutation.

import { graphql } from "relay-runtime";

export const heading = graphql`
  fragment documents_heading on Course {
    id
    title
    status
    startsAt
    organization {
      name
    }
  }
`;

export const catalogue = graphql`
  fragment documents_catalogue on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }, search: { type: "String" })
  @refetchable(queryName: "documentsCataloguePageQuery") {
    courses(first: $count, after: $cursor, filter: { search: $search }) @connection(key: "documents_courses") {
      totalCount
      edges {
        node {
          ...documents_heading
        }
      }
    }
  }
`;

export const catalogueQuery = graphql`
  query documentsCatalogueQuery($search: String) {
    ...documents_catalogue @arguments(search: $search)
    viewer {
      ...documents_enrollments
    }
  }
`;

export const enrollments = graphql`
  fragment documents_enrollments on User
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "documentsEnrollmentsPageQuery") {
    name
    enrollments(first: $count, after: $cursor) @connection(key: "documents_enrollments") {
      edges {
        cursor
        node {
          mode
          course {
            ...documents_heading
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const course = graphql`
  fragment documents_course on Course
  @argumentDefinitions(withNews: { type: "Boolean", defaultValue: false })
  @refetchable(queryName: "documentsCourseRefetchQuery") {
    ...documents_heading
    viewerLastVisit {
      visitedAt
    }
    sections {
      id
      title
      items {
        ...documents_item
      }
    }
    announcements(first: 5) @include(if: $withNews) {
      nodes {
        title
      }
    }
  }
`;

export const item = graphql`
  fragment documents_item on Item @refetchable(queryName: "documentsItemRefetchQuery") {
    title
    content {
      __typename
      ... on Quiz {
        questions {
          id
          type
          options {
            id
            text
          }
        }
      }
      ... on Video {
        single {
          hdUrl
        }
      }
      ... on RichText {
        text
      }
    }
  }
`;

export const courseQuery = graphql`
  query documentsCourseQuery($slug: String!) {
    course(slug: $slug) {
      ...documents_course @arguments(withNews: true)
      ...documents_heading @relay(mask: false)
    }
  }
`;

export const nodes = graphql`
  query documentsNodesQuery($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on Course {
        ...documents_heading
      }
    }
  }
`;

export const enroll = graphql`
  mutation documentsEnrollMutation($input: EnrollInput!) {
    enroll(input: $input) {
      enrollment {
        id
        mode
        course {
          ...documents_heading
        }
      }
      userErrors {
        field
        code
        message
      }
    }
  }
`;

export const enrollAndShow = graphql`
  mutation documentsEnrollAndShowMutation($input: EnrollInput!, $connections: [ID!]!) {
    enroll(input: $input) {
      enrollment @prependNode(connections: $connections, edgeTypeName: "EnrollmentEdge") {
        mode
      }
    }
  }
`;
