package ui

import (
	"context"
	"time"

	"indagor/app"
	"indagor/sync/wire"
	boardflow "indagor/ui/flow/board"
	"indagor/ui/screen"
	"indagor/ui/screen/board"
	"indagor/ui/theme"
	"indagor/ui/widget"
)

func (l *line) Notices(ctx context.Context, in wire.NoticesInput) (wire.List[wire.Notice], error) {
	out, err := call(ctx, l, wire.ListNotices, &in)
	if err != nil {
		return wire.List[wire.Notice]{}, err
	}
	return out.Body, nil
}

func (l *line) ReadNotice(ctx context.Context, id app.ID) error {
	_, err := call(ctx, l, wire.ReadNotice, &wire.IDInput{ID: id})
	return err
}

func counted(out *wire.CountOutput, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return out.Body.Count, nil
}

func (l *line) UnreadNotices(ctx context.Context) (int, error) {
	return counted(call(ctx, l, wire.CountNotices, nil))
}

func (l *line) SentNotices(ctx context.Context, in wire.SentNoticesInput) (wire.List[wire.SentNotice], error) {
	out, err := call(ctx, l, wire.ListSentNotices, &in)
	if err != nil {
		return wire.List[wire.SentNotice]{}, err
	}
	return out.Body, nil
}

func (l *line) Receipts(ctx context.Context, in wire.ReceiptsInput) (wire.List[wire.Receipt], error) {
	out, err := call(ctx, l, wire.ListReceipts, &in)
	if err != nil {
		return wire.List[wire.Receipt]{}, err
	}
	return out.Body, nil
}

func sent(out *wire.SentNoticeOutput, err error) (wire.SentNotice, error) {
	if err != nil {
		return wire.SentNotice{}, err
	}
	return out.Body, nil
}

func (l *line) SendNotice(ctx context.Context, id app.ID, d wire.NoticeDraft) (wire.SentNotice, error) {
	return sent(call(ctx, l, wire.SendNotice, &wire.SendNoticeInput{ID: id, Body: d}))
}

func (l *line) WithdrawNotice(ctx context.Context, id app.ID) (wire.SentNotice, error) {
	return sent(call(ctx, l, wire.WithdrawNotice, &wire.IDInput{ID: id}))
}

func (l *line) Addressees(ctx context.Context, page wire.Page) (wire.List[wire.Addressee], error) {
	out, err := call(ctx, l, wire.ListAddressees, &page)
	if err != nil {
		return wire.List[wire.Addressee]{}, err
	}
	return out.Body, nil
}

func (l *line) CountAudience(ctx context.Context, a app.Audience) (int, error) {
	in := &wire.AudienceInput{}
	in.Body.Audience = a
	return counted(call(ctx, l, wire.CountAudience, in))
}

// boards is what the pages of the board stand on.
func (s *Shell) boards(w *work) board.Options {
	return board.Options{
		Host: s, Lists: s.lists(w), Context: w.ctx, Session: w.session, May: w.has, Now: s.o.Now, After: s.after, Go: s.o.Go, Do: s.o.Do,
	}
}

// drafts keeps the notice that a person has begun, in the encrypted copy.
type drafts struct{ desk Desk }

const settingDraft = "board.draft"

func (d drafts) Recall() (kept boardflow.Draft, ok bool) {
	return kept, d.desk.UserSetting(settingDraft, &kept)
}

func (d drafts) Remember(draft boardflow.Draft) {
	// What is not kept is written again; there is nobody to tell.
	_ = d.desk.SetUserSetting(settingDraft, draft)
}

const (
	// mostNews is how many unread notices the shell looks at for urgent ones.
	mostNews = 20
	// urgentTime is how long an urgent notice is told of.
	urgentTime = 30 * time.Second
)

// unread are the newest unread notices and how many there are; known is false
// before the first answer of the server.
func (w *work) unread() (newest []wire.Notice, n int, known bool) {
	return w.board, w.unreads, w.boarded
}

// refreshBoard asks for the unread notices: for the counts, for the first page,
// and to tell at once of the urgent ones that have come.
func (s *Shell) refreshBoard() {
	w := s.work
	if w == nil || s.lock != nil || !w.has(screen.Board) {
		return
	}
	if w.boarding {
		w.reboard = true
		return
	}
	w.boarding = true
	s.o.Go(func() {
		page, err := w.desk.Notices(w.ctx, wire.NoticesInput{Page: wire.Page{Limit: mostNews}, Unread: true})
		n := len(page.Items)
		if err == nil && page.Next != "" {
			n, err = w.desk.UnreadNotices(w.ctx)
		}
		s.do(func() {
			w.boarding = false
			if w.reboard {
				w.reboard = false
				defer s.refreshBoard()
			}
			if s.work != w || s.lost(err) || err != nil {
				return
			}
			s.tellUrgent(w, page.Items)
			w.board = page.Items
			s.readBoard(w, n)
		})
	})
}

// tellUrgent tells of the urgent notices that were not there before. Those that
// wait at sign-in stand on the first page.
func (s *Shell) tellUrgent(w *work, now []wire.Notice) {
	first := w.told == nil
	if first {
		w.told = map[app.ID]bool{}
	}
	for _, n := range now {
		if n.Priority != app.PriorityHigh || w.told[n.ID] {
			continue
		}
		w.told[n.ID] = true
		if first {
			continue
		}
		title, _ := boardflow.Words(s.o.Language, n)
		s.toasts.Add(widget.Toast{
			Tone: theme.Warning, Text: s.t("board.arrived", "title", title), For: urgentTime,
			Action: s.t("board.arrived.open"), OnAction: func() { s.goTo(screen.Board, n.ID) },
		})
	}
}

// readBoard takes in how many notices are unread.
func (s *Shell) readBoard(w *work, n int) {
	if s.work != w {
		return
	}
	fewer := n < w.unreads
	w.unreads, w.boarded = n, true
	w.count(screen.Board, n)
	w.header.count(n)
	if h, ok := w.screens[screen.Home].(interface{ Changed() }); ok {
		h.Changed()
	}
	if fewer && n < len(w.board) { // which of them were read is not known here
		s.refreshBoard()
	}
}
