// Package pdftext reads PDFs as their readers do, by poppler's pdftotext. It imports tests/kit/servers.
package pdftext
