// Package photos measures the inspection of photos by whole processes: its time against
// decoding the same file fully with libjpeg-turbo in the same run, its memory, and how soon
// an uploaded photo has its verdict. It prints figures and ratios and asserts none.
package photos
