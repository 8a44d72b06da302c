// Package assurance shows that nothing was lost, forged or done twice: AnchorAudit writes the
// heads of the audit chains down outside the database, VerifyAudit finds what was done to a
// chain or an anchor, and CheckInvariants holds everything that is stored against everything
// that must be true of it. None of them changes a case; the last two only read. RestoreBlobs
// brings back the files that cases rest on from what a bucket keeps of their past.
//
// Each invariant has a file of its own, invariant_*.go. The package imports domain and ports.
package assurance
