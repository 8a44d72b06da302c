// Package intake is how properties come in: the owner's draft, its details, its submission
// to the lender, and its end by deletion or withdrawal.
//
// Every use case is a struct of the ports that it needs, with one method Execute. It
// imports domain and ports only.
package intake
