// Package report lays out valuation reports as A4 PDFs that a bank can file: it implements
// ports.ReportRenderer.
//
// A report is made from its domain.ReportDocument alone, and the same document gives the same
// bytes. A sentence is printed only if it is true of the case. Owner and lender get the same
// report, so it names no other borrower's case. Photos are re-encoded to a size that keeps the
// whole under about 2 MB.
//
// The fonts are embedded. Latin, Greek and Cyrillic are DejaVu Sans Condensed and DejaVu Sans Mono.
// The PDF library does not shape text, so words in Devanagari are shaped by go-text/typesetting and
// drawn as outlines of Noto Sans Devanagari, with the same text invisible beneath: readers search,
// select and copy it. Eight more Indian scripts are printed in Latin letters by ISO 15919, and each
// character that no font has (right-to-left scripts, Chinese, emoji) as �; the original is beneath.
// The last section of the report mentions either if it happened.
//
// It imports domain, ports and its PDF, font, shaping and image libraries only.
package report
