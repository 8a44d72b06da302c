// Package deploy tests scripts/deploy with a fake AWS.
package deploy
