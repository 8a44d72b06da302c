// Package compose reads docker-compose.yml, .env.example, the Dockerfile and .dockerignore as
// Docker would, and names what is wrong with them: a service that nothing waits for, a secret
// in plain sight, a variable that nobody documents, an image that runs as root.
//
// It needs no container engine. It may import everything.
package compose
