// Package config reads the environment into checked structs. No other package may read
// environment variables.
package config
