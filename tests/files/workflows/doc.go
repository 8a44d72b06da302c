// Package workflows checks .github/workflows by rules that actionlint does not have: steps call
// make targets and scripts that exist, with the variables that they require, and nothing
// reaches production without staging, reviewers, a signature, a snapshot and migrations. Its tests plant
// faults for actionlint too. It imports nothing of the product.
package workflows
