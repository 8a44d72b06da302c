package bench_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/domain/model/estimate"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
)

// pageSize is the number of cases on a page of the queue.
const pageSize = 50

var (
	clock  = memory.NewClock(noon)
	valuer = domain.Actor{ID: domain.UserID(id("looker", 1)), Role: domain.RoleSupervisor}
)

// read is one read of a page's: the i-th time it looks at something else, if it can. It
// returns how many things it found.
type read func(ctx context.Context, i int) (found int, err error)

// reads lists what is measured, by name, over a database of so many rows.
func reads(tb testing.TB, uow ports.UnitOfWork, rows int) map[string]read {
	all := map[string]read{
		"property page":     propertyPage(uow, rows),
		"worked on":         workedOn(uow, rows),
		"comparables, 5 km": comparablesAround(uow, rows, 0),
		"comparables, 1 km": comparablesAround(uow, rows, 1),
		"next to review":    nextToReview(uow, rows),
		"list: comparables": listComparables(uow, func(int) valuation.ListComparablesInput { return valuation.ListComparablesInput{} }),
		"list: by number": listComparables(uow, func(i int) valuation.ListComparablesInput {
			return valuation.ListComparablesInput{Source: domain.SourceRegistry, SourceID: strconv.Itoa(pick(i, 24, rows))}
		}),
		"list: in a pincode":  listComparables(uow, func(int) valuation.ListComparablesInput { return valuation.ListComparablesInput{Pincode: "411001"} }),
		"list: around":        listComparables(uow, func(i int) valuation.ListComparablesInput { return around(i, rows) }),
		"what a valuer has":   heldByValuer(uow, rows),
		"claims to release":   claimsToRelease(uow),
		"reviewers":           reviewers(uow),
		"same bytes":          sameBytes(uow, rows),
		"links":               links(uow, func(i int) int { return onePin + pick(i, 24, rows-onePin) }),
		"links, 2,000 a pin":  links(uow, func(i int) int { return pick(i, 24, onePin) }),
		"owner's properties":  ownersProperties(uow, rows),
		"queue: by valuer":    queue(uow, func(i int) domain.QueueFilter { return claimedBy(valuerOf(i, rows)) }),
		"queue: by pincode":   queue(uow, func(i int) domain.QueueFilter { return domain.QueueFilter{Pincode: pincodeOf(i, rows)} }),
		"queue: by region":    queue(uow, func(i int) domain.QueueFilter { return domain.QueueFilter{Pincode: pincodeOf(i, rows)[:3]} }),
		"queue: newest there": queue(uow, func(i int) domain.QueueFilter { return newestThere(pincodeOf(i, rows)) }),
	}
	for name, filter := range filters() {
		all["queue: "+name] = queue(uow, func(int) domain.QueueFilter { return filter })
		if filter.Level == "" && len(filter.Types) == 0 {
			all["queue: "+name+", deep"] = deep(tb, uow, filter, rows)
		}
	}
	return all
}

// filters lists queue filters that name nothing of one place or person.
func filters() map[string]domain.QueueFilter {
	open := []domain.State{domain.Submitted, domain.UnderReview, domain.FollowUpRequired, domain.AwaitingSignOff}
	all := map[string]domain.QueueFilter{
		"by due time":            {},
		"by submission":          {Sort: domain.SortSubmitted},
		"newest first":           {Sort: domain.SortNewest},
		"all open":               {States: open},
		"all open, newest":       {States: open, Sort: domain.SortNewest},
		"waiting for owners":     {States: []domain.State{domain.FollowUpRequired}},
		"valued, newest":         {States: []domain.State{domain.Valued}, Sort: domain.SortNewest},
		"land":                   {Types: []domain.PropertyType{domain.Land}},
		"land, newest":           {Types: []domain.PropertyType{domain.Land}, Sort: domain.SortNewest},
		"urgent land, all open":  {States: open, Types: []domain.PropertyType{domain.Land}, Level: domain.SLAUrgent},
		"normal, oldest first":   {Level: domain.SLANormal, Sort: domain.SortSubmitted},
		"breached, newest first": {Level: domain.SLABreached, Sort: domain.SortNewest},
	}
	for _, level := range domain.SLALevels {
		all[strings.ToLower(string(level))] = domain.QueueFilter{Level: level}
	}
	return all
}

func claimedBy(valuer string) domain.QueueFilter {
	return domain.QueueFilter{Claimant: domain.UserID(valuer), States: []domain.State{domain.UnderReview, domain.AwaitingSignOff}}
}

func newestThere(pincode string) domain.QueueFilter {
	return domain.QueueFilter{Pincode: pincode, States: []domain.State{domain.Valued}, Sort: domain.SortNewest}
}

// queue reads as PropFlow itself, to which no case of a list is closed.
func queue(uow ports.UnitOfWork, filter func(i int) domain.QueueFilter) read {
	list := review.ListQueue{UnitOfWork: uow, Clock: clock}
	return func(ctx context.Context, i int) (int, error) {
		page, err := list.Execute(ctx, review.ListQueueInput{Actor: domain.System, Filter: filter(i), Page: domain.Page{Limit: pageSize}})
		return len(page.Items), err
	}
}

// deep reads the page in the middle of the list.
func deep(tb testing.TB, uow ports.UnitOfWork, filter domain.QueueFilter, rows int) read {
	tb.Helper()
	list := review.ListQueue{UnitOfWork: uow, Clock: clock}
	states := filter.States
	if len(states) == 0 {
		states = []domain.State{domain.Submitted}
	}
	behind := 0
	for _, m := range mixture {
		if slices.Contains(states, m.state) {
			behind += m.of * rows / 1000 / 2
		}
	}
	var cursor domain.Cursor
	for ; behind > 0; behind -= 100 {
		page, err := list.Execute(tb.Context(), review.ListQueueInput{Actor: domain.System, Filter: filter, Page: domain.Page{Limit: min(behind, 100), Cursor: cursor}})
		require.NoError(tb, err)
		require.NotZero(tb, page.Next)
		cursor = page.Next
	}
	return func(ctx context.Context, _ int) (int, error) {
		page, err := list.Execute(ctx, review.ListQueueInput{Actor: domain.System, Filter: filter, Page: domain.Page{Limit: pageSize, Cursor: cursor}})
		return len(page.Items), err
	}
}

// workedOn asks on which cases of a page the valuer worked.
func workedOn(uow ports.UnitOfWork, rows int) read {
	return func(ctx context.Context, i int) (int, error) {
		among := make([]domain.PropertyID, pageSize)
		for j := range among {
			among[j] = domain.PropertyID(id("property", submittedOf(i*pageSize+j, rows)))
		}
		found, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Audit.Acted(ctx, valuer.ID, domain.WorkActions, among)
		})
		return len(among) + len(found), err
	}
}

// propertyPage reads what the page of one property shows to a reviewer who gives a reason.
func propertyPage(uow ports.UnitOfWork, rows int) read {
	property := intake.GetProperty{UnitOfWork: uow, Clock: clock}
	photos := capture.ListPhotos{UnitOfWork: uow, Blobs: memory.NewBlobs(clock, memory.NewFaults(), "http://localhost"), Clock: clock}
	valuations := valuation.ListValuations{UnitOfWork: uow, Clock: clock}
	trail := privacy.GetAuditTrail{UnitOfWork: uow, Clock: clock}
	return func(ctx context.Context, i int) (int, error) {
		ctx = ports.WithReason(ctx, "How fast is this page?")
		which := domain.PropertyID(id("property", submittedOf(i, rows)))
		_, err := property.Execute(ctx, intake.GetPropertyInput{Actor: valuer, PropertyID: which})
		if err != nil {
			return 0, err
		}
		shown, err := photos.Execute(ctx, capture.ListPhotosInput{Actor: valuer, PropertyID: which})
		if err != nil {
			return 0, err
		}
		versions, err := valuations.Execute(ctx, valuation.ListValuationsInput{Actor: valuer, PropertyID: which})
		if err != nil {
			return 0, err
		}
		audit, err := trail.Execute(ctx, privacy.GetAuditTrailInput{Actor: valuer, PropertyID: which})
		return len(shown.Photos) + len(versions) + len(audit.Entries), err
	}
}

// submittedOf returns some property that has photos and was submitted.
func submittedOf(i, rows int) int {
	for try := 0; ; try++ {
		if n := pick(i*100+try, 20, rows/photographed) * photographed; stateOf(n) != domain.Draft {
			return n
		}
	}
}

// comparablesAround searches around a place that is so far from the edges of the square that
// all its surroundings are filled: within radiusKM or, if that is 0, the radius of the settings.
func comparablesAround(uow ports.UnitOfWork, rows int, radiusKM float64) read {
	set := domain.DefaultSettings()
	limit := estimate.MaxCandidates
	if radiusKM == 0 {
		radiusKM = set.SearchRadiusKM
	}
	inner := sideKM(rows) - 2*set.SearchRadiusKM
	return func(ctx context.Context, i int) (int, error) {
		where := at(set.SearchRadiusKM+share(i, 21)*inner, set.SearchRadiusKM+share(i, 22)*inner)
		kind := domain.PropertyTypes[i%len(domain.PropertyTypes)]
		found, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.Comparable, error) {
			return tx.Comparables.Near(ctx, kind, where, radiusKM, set.SoldSince(noon), limit)
		})
		return len(found), err
	}
}

func listComparables(uow ports.UnitOfWork, in func(i int) valuation.ListComparablesInput) read {
	list := valuation.ListComparables{UnitOfWork: uow}
	return func(ctx context.Context, i int) (int, error) {
		asked := in(i)
		asked.Actor, asked.Page = valuer, domain.Page{Limit: pageSize}
		page, err := list.Execute(ctx, asked)
		return len(page.Items), err
	}
}

func around(i, rows int) valuation.ListComparablesInput {
	where := at(share(i, 25)*sideKM(rows), share(i, 26)*sideKM(rows))
	return valuation.ListComparablesInput{Lat: &where.Lat, Lng: &where.Lng}
}

var errUndo = errors.New("only looked")

// nextToReview locks the next case, and lets go of it.
func nextToReview(uow ports.UnitOfWork, rows int) read {
	return func(ctx context.Context, i int) (int, error) {
		err := uow.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			if _, err := tx.Properties.LockNext(ctx, domain.UserID(valuerOf(i, rows)), noon); err != nil {
				return err
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			return 0, fmt.Errorf("found nothing: %w", err)
		}
		return 1, nil
	}
}

// heldByValuer lists what the end of a valuer's access releases.
func heldByValuer(uow ports.UnitOfWork, rows int) read {
	return func(ctx context.Context, i int) (int, error) {
		held, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Properties.HeldBy(ctx, domain.UserID(valuerOf(i, rows)), noon, "", 100)
		})
		return len(held), err
	}
}

// claimsToRelease lists what the sweep of each minute releases.
func claimsToRelease(uow ports.UnitOfWork) read {
	return func(ctx context.Context, _ int) (int, error) {
		due, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Properties.Due(ctx, ports.SweepIdleClaims, noon, 100)
		})
		return len(due), err
	}
}

// reviewers lists to whom a property can be reassigned.
func reviewers(uow ports.UnitOfWork) read {
	list := review.ListReviewers{UnitOfWork: uow}
	return func(ctx context.Context, _ int) (int, error) {
		page, err := list.Execute(ctx, review.ListReviewersInput{Actor: valuer, Page: domain.Page{Limit: pageSize}})
		return len(page.Items), err
	}
}

func sameBytes(uow ports.UnitOfWork, rows int) read {
	return func(ctx context.Context, i int) (int, error) {
		found, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Photos.SameBytes(ctx, digest(pick(i, 23, rows/photographed*ofEach)+2), domain.PropertyID(id("property", 1)))
		})
		return len(found), err
	}
}

// links finds the links of a property.
func links(uow ports.UnitOfWork, which func(i int) int) read {
	return func(ctx context.Context, i int) (int, error) {
		found, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.Link, error) {
			property, err := tx.Properties.Get(ctx, domain.PropertyID(id("property", which(i))))
			if err != nil {
				return nil, err
			}
			photos, err := tx.Photos.ByProperty(ctx, property.ID)
			if err != nil {
				return nil, err
			}
			return tx.LinksOf(ctx, property, photos, noon)
		})
		return len(found), err
	}
}

func ownersProperties(uow ports.UnitOfWork, rows int) read {
	return func(ctx context.Context, i int) (int, error) {
		page, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
			return tx.Properties.ByOwner(ctx, domain.UserID(id("owner", pick(i, 7, rows))), domain.Page{Limit: pageSize})
		})
		return len(page.Items), err
	}
}

func names[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }
