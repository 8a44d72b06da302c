package kpi_test

import (
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/kpi"
)

// Figures are computed from milestones; 50 minutes are over the 45 from which on reviews are slow.
func ExampleCompute() {
	nine := time.Date(2026, 11, 23, 9, 0, 0, 0, domain.IST)
	steps := []domain.Step{
		{Kind: domain.StepClaimed, PropertyID: "p-1", UserID: "ravi", At: nine},
		{Kind: domain.StepApproved, PropertyID: "p-1", UserID: "ravi", At: nine.Add(50 * time.Minute)},
	}
	day := kpi.Period{From: nine, To: nine.Add(24 * time.Hour)}
	for _, figure := range kpi.Compute(steps, nil, day) {
		if figure.Name == kpi.ReviewTime {
			fmt.Println(figure.Name, *figure.Value, figure.Unit, figure.Level)
		}
	}
	// Output: review_time 50 min WARN
}
