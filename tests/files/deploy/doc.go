// Package deploy tests scripts/deploy and scripts/verify-environment with fakes of AWS, Docker and GitHub.
package deploy
