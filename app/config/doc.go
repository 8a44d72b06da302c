// Package config reads the environment into one checked struct. It is the only place that
// reads environment variables.
package config
