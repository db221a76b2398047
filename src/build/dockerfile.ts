/** A Dockerfile that serves the built file on port 8000 of a container. */
export const dockerfile = (file: string): string => {
  const name = file.split('/').at(-1) ?? file
  return `FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY ${file} ./
USER node
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8000/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "${name}", "--transport", "http", "--host", "0.0.0.0", "--port", "8000", "--health"]
`
}
