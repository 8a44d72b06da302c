package valuation_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/valuation"
)

func ExampleImportComparables() {
	m := memory.ForTest()
	importComparables := valuation.ImportComparables{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs}
	admin := domain.Actor{ID: "admin", Role: domain.RoleAdmin}
	file := `source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built,price,sold_on
REGISTRY,KA-2026-1,APARTMENT,Indiranagar,Bengaluru,560038,12.9719,77.6412,1250,3,2,2014,18500000,2026-05-14
REGISTRY,KA-2026-2,LAND,Whitefield,Bengaluru,560066,12.9698,77.7500,2400,,,,21600000,2026-06-02
REGISTRY,KA-2026-2,LAND,Whitefield,Bengaluru,560066,12.9698,77.7500,2400,,,,21600000,2026-06-02
`
	out, err := importComparables.Execute(context.Background(), valuation.ImportComparablesInput{Actor: admin, Key: func() domain.IdempotencyKey { return domain.IdempotencyKey{} }, CSV: strings.NewReader(file)})
	fmt.Println(out.Imported, "imported,", out.Skipped, "known already,", err)
	// Output: 2 imported, 1 known already, <nil>
}
