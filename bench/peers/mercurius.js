// Mercurius with graphql-jit: loaders batch per level, statements are prepared, columns are those the types have.
'use strict'

const { createHash } = require('node:crypto')
const fastify = require('fastify')
const mercurius = require('mercurius')
const { Pool } = require('pg')

const pool = new Pool({ max: 8 })
const uncached = { cache: false }

const typeDefs = `
  enum CourseStatus { PREPARATION ANNOUNCED PREVIEW ACTIVE SELF_PACED EXTERNAL }
  enum Pacing { INSTRUCTOR SELF }
  enum ContentType { QUIZ VIDEO RICH_TEXT LTI_EXERCISE PACKAGED_ACTIVITY GADGET }
  type Option { id: ID! text: String! }
  type Question { id: ID! text: String! options: [Option!]! }
  type Quiz { id: ID! questions: [Question!]! }
  type Video { id: ID! duration: Float }
  type RichText { id: ID! text: String! }
  union ItemContent = Quiz | Video | RichText
  type ItemState { visitedAt: String points: Float }
  type Item {
    id: ID! title: String! position: Int! contentType: ContentType! maxPoints: Float!
    viewerState: ItemState content: ItemContent
  }
  type Section { id: ID! title: String! position: Int! items: [Item!]! }
  type Course {
    id: ID! slug: String! title: String! abstract: String description: String status: CourseStatus!
    language: String! pacing: Pacing! startsAt: String isInviteOnly: Boolean! sections: [Section!]!
  }
  type Query { courses(first: Int = 20): [Course!]! course(slug: String!): Course }
`

const courseColumns = `id, slug, title, abstract, description,
  upper(replace(status, '-', '_')) AS status, language, upper(pacing) AS pacing,
  to_json(starts_at)#>>'{}' AS "startsAt", is_invite_only AS "isInviteOnly"`

async function rows (name, text, values) {
  return (await pool.query({ name, text, values })).rows
}

const idsOf = (queries) => queries.map(({ obj }) => obj.id)

function manyBy (name, text) {
  return {
    opts: uncached,
    async loader (queries) {
      const ids = idsOf(queries)
      const groups = new Map(ids.map((id) => [id, []]))
      for (const row of await rows(name, text, [ids])) groups.get(row.parent).push(row)
      return ids.map((id) => groups.get(id))
    }
  }
}

const contents = {
  QUIZ: ['Quiz', 'SELECT id, item_id AS parent FROM quizzes WHERE item_id = ANY($1)'],
  VIDEO: ['Video', 'SELECT id, item_id AS parent, duration FROM videos WHERE item_id = ANY($1)'],
  RICH_TEXT: ['RichText', 'SELECT id, item_id AS parent, text FROM rich_texts WHERE item_id = ANY($1)']
}

const content = {
  opts: uncached,
  async loader (queries) {
    const asked = new Map()
    for (const { obj } of queries) {
      if (!asked.has(obj.contentType)) asked.set(obj.contentType, [])
      asked.get(obj.contentType).push(obj.id)
    }
    const found = new Map()
    await Promise.all([...asked].map(async ([type, ids]) => {
      const [kind, text] = contents[type]
      for (const row of await rows(type, text, [ids])) found.set(row.parent, { ...row, kind })
    }))
    return idsOf(queries).map((id) => found.get(id) ?? null)
  }
}

const viewerState = {
  opts: uncached,
  async loader (queries, { viewer }) {
    const states = await rows('states', `
      SELECT asked.id, to_json(v.visited_at)#>>'{}' AS "visitedAt", s.points
      FROM unnest($2::uuid[]) asked(id)
      LEFT JOIN visits v ON v.user_id = $1 AND v.item_id = asked.id
      LEFT JOIN (
        SELECT item_id, max(points) AS points FROM submissions
        WHERE user_id = $1 AND submitted_at IS NOT NULL GROUP BY item_id
      ) s ON s.item_id = asked.id`, [viewer, idsOf(queries)])
    const found = new Map(states.map((state) => [state.id, state]))
    return idsOf(queries).map((id) => found.get(id))
  }
}

async function context (request) {
  const sent = request.headers.authorization
  if (sent === undefined) return { viewer: null }
  const hash = createHash('sha256').update(sent.replace(/^Bearer /, '')).digest()
  const [token] = await rows('token', `
    SELECT u.id, u.is_staff, ARRAY(SELECT course_id FROM course_teachers WHERE user_id = u.id) AS teaches
    FROM users u JOIN tokens t ON t.user_id = u.id
    WHERE t.hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())`, [hash])
  if (token === undefined) throw new Error('The token is unknown.')
  return { viewer: token.id }
}

const app = fastify()
app.register(mercurius, {
  schema: typeDefs,
  jit: 1,
  graphiql: false,
  context,
  resolvers: {
    Query: {
      courses: (_, { first }) => rows('courses', `
        SELECT ${courseColumns} FROM courses
        WHERE status <> 'preparation' AND NOT is_hidden ORDER BY title, id LIMIT $1`, [first]),
      course: async (_, { slug }) => (await rows('course', `
        SELECT ${courseColumns} FROM courses
        WHERE slug = $1 AND status <> 'preparation' AND NOT is_hidden`, [slug]))[0]
    },
    ItemContent: { resolveType: (row) => row.kind }
  },
  loaders: {
    Course: {
      sections: manyBy('sections', `
        SELECT id, course_id AS parent, title, position FROM sections
        WHERE course_id = ANY($1) AND parent_id IS NULL AND is_visible ORDER BY position, id`)
    },
    Section: {
      items: manyBy('items', `
        SELECT id, section_id AS parent, title, position, upper(content_type) AS "contentType", max_points AS "maxPoints"
        FROM items WHERE section_id = ANY($1) AND is_visible ORDER BY position, id`)
    },
    Item: { viewerState, content },
    Quiz: {
      questions: manyBy('questions', `
        SELECT id, quiz_id AS parent, text FROM questions WHERE quiz_id = ANY($1) ORDER BY position, id`)
    },
    Question: {
      options: manyBy('options', `
        SELECT id, question_id AS parent, text FROM options WHERE question_id = ANY($1) ORDER BY position, id`)
    }
  }
})
app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
