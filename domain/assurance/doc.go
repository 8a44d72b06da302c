// Package assurance shows that nothing was lost, forged or done twice. AnchorAudit writes the
// heads of the audit chains outside the database, VerifyAudit finds tampering with a chain or
// an anchor, and CheckInvariants compares everything that is stored with the rules that it must
// obey. None of them changes a case; the last two only read. RestoreBlobs brings back the files
// that cases depend on, from the old versions that a bucket keeps.
//
// Each invariant has a file of its own, invariant_*.go. The package imports domain and ports.
package assurance
