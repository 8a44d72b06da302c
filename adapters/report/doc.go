// Package report lays out valuation reports as A4 PDFs that a bank can file: it implements
// ports.ReportRenderer.
//
// A report is made from its domain.ReportDocument alone, and the same document gives the
// same bytes. Photos are re-encoded to a size that keeps the whole under about 2 MB.
//
// The fonts are DejaVu Sans Condensed and DejaVu Sans Mono, embedded. They have ₹ and the
// Latin, Greek and Cyrillic scripts only, and the PDF library does not shape text. Devanagari
// and eight more Indian scripts are therefore printed in Latin letters by ISO 15919. Each
// character that is still missing (right-to-left scripts, Chinese, emoji) is printed as �. The
// last section of the report mentions either if it happened.
//
// It imports domain, ports and its PDF, font and image libraries only.
package report
