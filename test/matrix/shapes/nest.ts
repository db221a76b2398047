import { eachRequest, requestServerV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'nest',
  what: 'SDK v1 in a controller of NestJS',
  facets: { sdk: 'v1', starts: 'listens', modules: 'esm', language: 'ts' },
  words: ['main.ts'],
  speaks: 'legacy',
  packages: [
    ...['core', 'common', 'platform-express'].map((name) => `@nestjs/${name}@11`),
    'reflect-metadata rxjs typescript@5 @modelcontextprotocol/sdk@1 zod@3',
  ].join(' '),
  abilities: eachRequest,
  without: 'each request has a server of its own',
  files: (edition) => ({
    'main.ts': `import 'reflect-metadata'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { Controller, Injectable, Module, Post, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Request, Response } from 'express'
${requestServerV1(edition)}
@Injectable()
class Servers {
  make() {
    return createServer()
  }
}

@Controller()
class McpController {
  constructor(private readonly servers: Servers) {}

  @Post('mcp')
  async answer(@Req() request: Request, @Res() response: Response): Promise<void> {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
    await this.servers.make().connect(transport)
    await transport.handleRequest(request, response, request.body)
  }
}

@Module({ controllers: [McpController], providers: [Servers] })
class AppModule {}

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule)
  await app.listen(process.env.PORT ?? 3000)
}
void bootstrap()
`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'ES2023',
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
      },
    }),
  }),
} satisfies Shape
