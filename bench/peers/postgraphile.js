// PostGraphile 5 over the same tables, lists instead of connections.
'use strict'

const { createServer } = require('node:http')
const { postgraphile } = require('postgraphile')
const { makePgService } = require('postgraphile/adaptors/pg')
const { grafserv } = require('postgraphile/grafserv/node')
const { PostGraphileAmberPreset } = require('postgraphile/presets/amber')
const { Pool } = require('pg')

async function main () {
  const instance = postgraphile({
    extends: [PostGraphileAmberPreset],
    pgServices: [makePgService({ pool: new Pool({ max: 8 }), schemas: ['public'] })],
    schema: { defaultBehavior: '+list -connection' },
    grafserv: { graphiql: false, watch: false },
    grafast: { explain: false }
  })
  const server = createServer()
  await instance.createServ(grafserv).addTo(server)
  server.listen(Number(process.env.PORT), '127.0.0.1')
}

main()
