// Package intake contains the use cases by which owners bring in their cases: the draft, its
// details, its submission to the lender, and its end by deletion or withdrawal.
//
// Every use case is a struct of the ports that it needs, with one method Execute. The package
// imports domain, domain/postal and ports only.
package intake
