// Package workflows holds .github/workflows against the house's rules that actionlint does not
// know: steps call make targets and scripts that exist, with the variables they want; nothing
// reaches production past staging, an approval, a snapshot and migrations. Its tests plant faults
// for actionlint too. It imports nothing of the product.
package workflows
