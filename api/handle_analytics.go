package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/analytics"
	"github.com/propflow/propflow/domain/model/kpi"
	"github.com/propflow/propflow/domain/notify"
)

func (s *server) ListNotifications(ctx context.Context, r gen.ListNotificationsRequestObject) (gen.ListNotificationsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListNotifications.Execute(ctx, notify.ListNotificationsInput{
		Actor: actorOf(ctx), PropertyID: domain.PropertyID(value(r.Params.PropertyID)), Page: p,
	})
	if err != nil {
		return nil, err
	}
	return gen.ListNotifications200JSONResponse{
		Items: each(list.Items, encodeNotification), NextCursor: nextCursor(list.Next),
	}, nil
}

func encodeNotification(n domain.Notification) gen.Notification {
	return gen.Notification{
		ID: string(n.ID), Topic: string(n.Topic), Channel: string(n.Channel), RecipientID: string(n.RecipientID),
		PropertyID: string(n.PropertyID), Status: gen.NotificationStatus(n.Status), Attempts: n.Attempts,
		CreatedAt: n.CreatedAt, SentAt: moment(n.SentAt),
		Delivery: optional(gen.NotificationDelivery(n.Delivery)), DeliveryAt: moment(n.DeliveryAt),
	}
}

func (s *server) GetKpis(ctx context.Context, r gen.GetKpisRequestObject) (gen.GetKpisResponseObject, error) {
	out, err := s.UseCases.GetKpis.Execute(ctx, analytics.GetKpisInput{
		Actor: actorOf(ctx), From: value(r.Params.From), To: value(r.Params.To),
	})
	if err != nil {
		return nil, err
	}
	return gen.GetKpis200JSONResponse{
		From: out.From, To: out.To,
		Kpis: each(out.KPIs, func(k kpi.Figure) gen.Kpi {
			return gen.Kpi{Name: gen.KpiName(k.Name), Value: k.Value, Unit: k.Unit, Target: k.Target, Level: gen.KpiLevel(k.Level)}
		}),
		ValuationsPerValuer: each(out.PerValuer, func(v kpi.ValuerFigure) gen.ValuerKpi {
			return gen.ValuerKpi{ValuerID: string(v.ValuerID), Valuations: v.Valuations}
		}),
	}, nil
}

func (s *server) GetFunnel(ctx context.Context, r gen.GetFunnelRequestObject) (gen.GetFunnelResponseObject, error) {
	out, err := s.UseCases.GetFunnel.Execute(ctx, analytics.GetFunnelInput{
		Actor: actorOf(ctx), From: value(r.Params.From), To: value(r.Params.To),
	})
	if err != nil {
		return nil, err
	}
	return gen.GetFunnel200JSONResponse{
		From: out.From, To: out.To,
		Steps: each(out.Steps, func(f kpi.FunnelStep) gen.FunnelStep {
			return gen.FunnelStep{Step: gen.FunnelStepName(f.Step), Count: f.Count, Share: f.Share, DropOff: f.DropOff}
		}),
	}, nil
}
