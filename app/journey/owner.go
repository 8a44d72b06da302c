package journey

import (
	"context"
	"fmt"
	"io"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Owner is a logged-in customer.
type Owner struct {
	*Person
	Events *Watch
	Doer   propflow.HttpRequestDoer
}

// NewOwner logs an owner in and watches their events.
func NewOwner(ctx context.Context, url, phone string, codes Codes, doer propflow.HttpRequestDoer) (*Owner, error) {
	person, err := Login(ctx, url, phone, codes, doer)
	if err != nil {
		return nil, err
	}
	events, err := NewWatch(ctx, person)
	if err != nil {
		return nil, err
	}
	return &Owner{Person: person, Events: events, Doer: doer}, nil
}

// Consent agrees to the current consent notice.
func (o *Owner) Consent(ctx context.Context) error {
	notice, err := o.Client.GetConsentNoticeWithResponse(ctx, &propflow.GetConsentNoticeParams{})
	if err != nil {
		return fmt.Errorf("read the notice: %w", err)
	}
	_, err = o.Client.RecordConsentWithResponse(ctx, &propflow.RecordConsentParams{IdempotencyKey: propflow.NewKey()},
		propflow.RecordConsentRequest{Version: notice.JSON200.Version, Language: notice.JSON200.Language})
	if err != nil {
		return fmt.Errorf("consent: %w", err)
	}
	return nil
}

// Draft creates a draft.
func (o *Owner) Draft(ctx context.Context, request propflow.CreatePropertyRequest) (propflow.OwnerProperty, error) {
	created, err := o.Client.CreatePropertyWithResponse(ctx, &propflow.CreatePropertyParams{IdempotencyKey: propflow.NewKey()}, request)
	if err != nil {
		return propflow.OwnerProperty{}, fmt.Errorf("open a draft: %w", err)
	}
	return *created.JSON201, nil
}

// Property reads the case.
func (o *Owner) Property(ctx context.Context, property string) (propflow.OwnerProperty, error) {
	now, err := o.Client.GetPropertyWithResponse(ctx, property, nil)
	if err != nil {
		return propflow.OwnerProperty{}, fmt.Errorf("read the property: %w", err)
	}
	return now.JSON200.AsOwnerProperty()
}

// Submit submits the draft to the lender.
func (o *Owner) Submit(ctx context.Context, property string) (propflow.OwnerProperty, error) {
	submitted, err := o.Client.SubmitPropertyWithResponse(ctx, property, &propflow.SubmitPropertyParams{IdempotencyKey: propflow.NewKey()})
	if err != nil {
		return propflow.OwnerProperty{}, fmt.Errorf("submit: %w", err)
	}
	return *submitted.JSON200, nil
}

// Answer answers the open follow-up.
func (o *Owner) Answer(ctx context.Context, property string, answers ...propflow.FollowUpAnswer) (propflow.OwnerProperty, error) {
	answered, err := o.Client.AnswerFollowUpWithResponse(ctx, property,
		&propflow.AnswerFollowUpParams{IdempotencyKey: propflow.NewKey()}, propflow.AnswerFollowUpRequest{Answers: answers})
	if err != nil {
		return propflow.OwnerProperty{}, fmt.Errorf("answer the follow-up: %w", err)
	}
	return *answered.JSON200, nil
}

// AwaitEvent waits until the owner receives the event of the action on the property.
func (o *Owner) AwaitEvent(ctx context.Context, property, action string) error {
	if _, err := o.Events.Await(ctx, happened(property, action)); err != nil {
		return fmt.Errorf("await %s: %w", action, err)
	}
	return nil
}

// happened matches the events of an action on a property.
func happened(property, action string) func(propflow.Event) bool {
	return func(e propflow.Event) bool { return e.Name == action && e.PropertyID == property }
}

// leave closes the live events, if the owner has any.
func (o *Owner) leave() {
	if o.Events != nil {
		o.Events.Close()
	}
}

// Result reads the current valuation and the report.
func (o *Owner) Result(ctx context.Context, property string) (propflow.OwnerValuation, []byte, error) {
	valuation, err := o.Client.GetValuationWithResponse(ctx, property, nil)
	if err != nil {
		return propflow.OwnerValuation{}, nil, fmt.Errorf("read the valuation: %w", err)
	}
	report, err := o.Client.GetReport(ctx, property, nil)
	if err != nil {
		return propflow.OwnerValuation{}, nil, fmt.Errorf("read the report: %w", err)
	}
	defer report.Body.Close()
	pdf, err := io.ReadAll(report.Body)
	if err != nil {
		return propflow.OwnerValuation{}, nil, fmt.Errorf("read the report: %w", err)
	}
	mine, err := valuation.JSON200.AsOwnerValuation()
	return mine, pdf, err
}
