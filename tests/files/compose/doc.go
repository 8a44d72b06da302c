// Package compose reads docker-compose.yml, .env.example, the Dockerfile and .dockerignore as
// Docker would, and lists faults in them, such as a missing dependency between services, a
// secret in plain text, an undocumented variable, or an image that runs as root.
//
// It needs no container engine. It may import everything.
package compose
