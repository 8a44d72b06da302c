package domain

import "time"

// IST is Asia/Kolkata. Dates and texts for people use it; storage uses UTC. India has had one
// zone without daylight saving since 1945, so a fixed offset is exact.
var IST = time.FixedZone("IST", 5*60*60+30*60)

// Date returns the calendar day of t in India, as midnight UTC of that day.
func Date(t time.Time) time.Time {
	y, m, d := t.In(IST).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
