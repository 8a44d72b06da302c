// Package deploy tests scripts/deploy against a played AWS.
package deploy
