package api

import (
	"context"

	"indagor/app"
	"indagor/sync/wire"
)

func (a *API) registerBoard() {
	register(a, wire.ListNotices, func(ctx context.Context, in *wire.NoticesInput) (*wire.NoticesOutput, error) {
		ns, next, err := a.Board.Board(ctx, callerOf(ctx), app.NoticeFilter{Unread: in.Unread, Search: in.Search, Limit: in.Limit, Cursor: in.Cursor})
		items := make([]wire.Notice, len(ns))
		for i, n := range ns {
			items[i] = notice(n)
		}
		return &wire.NoticesOutput{Body: wire.List[wire.Notice]{Items: items, Next: next}}, err
	})
	register(a, wire.GetNotice, func(ctx context.Context, in *wire.IDInput) (*wire.NoticeOutput, error) {
		n, err := a.Board.Get(ctx, callerOf(ctx), in.ID)
		return &wire.NoticeOutput{Body: notice(n)}, err
	})
	register(a, wire.CountNotices, func(ctx context.Context, _ *wire.None) (*wire.CountOutput, error) {
		return count(a.Board.Unread(ctx, callerOf(ctx)))
	})
	register(a, wire.ReadNotice, func(ctx context.Context, in *wire.IDInput) (*wire.None, error) {
		return &wire.None{}, a.Board.Read(ctx, callerOf(ctx), in.ID)
	})
	register(a, wire.SendNotice, func(ctx context.Context, in *wire.SendNoticeInput) (*wire.SentNoticeOutput, error) {
		b := in.Body
		n := app.Notice{ID: in.ID, Audience: b.Audience, Priority: b.Priority, Title: b.Title, Text: b.Text}
		if b.LastDay != "" {
			var err error
			if _, n.Expires, err = app.Between("", b.LastDay, a.config.Zone); err != nil {
				return nil, app.E(app.CodeDate).At("last_day")
			}
		}
		sent, err := a.Board.Send(ctx, callerOf(ctx), n)
		return &wire.SentNoticeOutput{Body: sentNotice(sent)}, err
	})
	register(a, wire.WithdrawNotice, func(ctx context.Context, in *wire.IDInput) (*wire.SentNoticeOutput, error) {
		sent, err := a.Board.Withdraw(ctx, callerOf(ctx), in.ID)
		return &wire.SentNoticeOutput{Body: sentNotice(sent)}, err
	})
	register(a, wire.ListSentNotices, func(ctx context.Context, in *wire.SentNoticesInput) (*wire.SentNoticesOutput, error) {
		ns, next, err := a.Board.Sent(ctx, callerOf(ctx), app.NoticeFilter{Search: in.Search, Limit: in.Limit, Cursor: in.Cursor})
		items := make([]wire.SentNotice, len(ns))
		for i, n := range ns {
			items[i] = sentNotice(n)
		}
		return &wire.SentNoticesOutput{Body: wire.List[wire.SentNotice]{Items: items, Next: next}}, err
	})
	register(a, wire.ListReceipts, func(ctx context.Context, in *wire.ReceiptsInput) (*wire.ReceiptsOutput, error) {
		f := app.ReceiptFilter{Search: in.Search, Limit: in.Limit, Cursor: in.Cursor}
		if in.Read != "" {
			read := in.Read == "true"
			f.Read = &read
		}
		rs, next, err := a.Board.Receipts(ctx, callerOf(ctx), in.ID, f)
		items := make([]wire.Receipt, len(rs))
		for i, r := range rs {
			items[i] = wire.Receipt{User: r.User, Name: r.Name, Department: r.Department, Read: r.Read}
		}
		return &wire.ReceiptsOutput{Body: wire.List[wire.Receipt]{Items: items, Next: next}}, err
	})
	register(a, wire.ListAddressees, func(ctx context.Context, in *wire.Page) (*wire.AddresseesOutput, error) {
		us, next, err := a.Board.Addressees(ctx, callerOf(ctx), in.Search, in.Limit, in.Cursor)
		items := make([]wire.Addressee, len(us))
		for i, u := range us {
			items[i] = wire.Addressee{ID: u.ID, Name: u.FullName(), Role: u.Role, Department: u.Department}
		}
		return &wire.AddresseesOutput{Body: wire.List[wire.Addressee]{Items: items, Next: next}}, err
	})
	register(a, wire.CountAudience, func(ctx context.Context, in *wire.AudienceInput) (*wire.CountOutput, error) {
		return count(a.Board.Reached(ctx, callerOf(ctx), in.Body.Audience))
	})
}

func count(n int, err error) (*wire.CountOutput, error) {
	out := &wire.CountOutput{}
	out.Body.Count = n
	return out, err
}

func notice(n app.ReceivedNotice) wire.Notice {
	return wire.Notice{
		ID: n.ID, Author: n.AuthorName, Kind: n.Kind, Params: n.Params, Priority: n.Priority, Title: n.Title, Text: n.Text,
		Published: n.Published, Expires: n.Expires, Read: n.Read,
	}
}

func sentNotice(n app.SentNotice) wire.SentNotice {
	if n.Audience == nil {
		n.Audience = app.Audience{}
	}
	return wire.SentNotice{Notice: n.Notice, Recipients: n.Recipients, Readers: n.Readers}
}
