package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/dominoc/dominoc/schema/diag"
)

// complete makes the answers whole: by asking, or else it says at once all that
// is missing.
func (n *creation) complete(ctx context.Context) error {
	if with("connection")(n) && without("management-cidr")(n) {
		return wrong(errors.New("--connection leads to the management cluster: it goes with --management-cidr"))
	}
	if with("attach")(n) && !throughGateway(n) {
		return wrong(errors.New("--attach is about the gateway of --connection, a tgw- or vgw- id"))
	}
	_, draft := n.draft()
	if bad := n.given(draft); len(bad) > 0 {
		return lines("the schema refuses what is given:", bad)
	}
	if n.asks() {
		return n.askAll(ctx)
	}
	if open := n.unsaid(); len(open) > 0 {
		return lines("nobody is there to ask, and these are not given:", open)
	}
	for _, q := range questions() {
		if !q.must && q.suggested != nil && !n.replies.has(q.flag) && q.open(n) {
			n.replies[q.flag] = q.suggested(n)
		}
	}
	return nil
}

// unsaid are the flags that must be given and are not.
func (n *creation) unsaid() []string {
	var all []string
	for _, q := range questions() {
		if q.must && !n.replies.has(q.flag) && q.open(n) {
			all = append(all, fmt.Sprintf("%-22s %s", "--"+q.flag, q.asked))
		}
	}
	return all
}

// askAll goes through the questions. An answer that the schema refuses is asked
// for again.
func (n *creation) askAll(ctx context.Context) error {
	in := bufio.NewReader(n.streams.In)
	for _, q := range questions() {
		if n.replies.has(q.flag) || !q.open(n) {
			continue
		}
		for done := false; !done; {
			var err error
			if done, err = n.answer(ctx, q, in); err != nil {
				return err
			}
		}
	}
	return nil
}

// answer asks once, and tells whether that was enough.
func (n *creation) answer(ctx context.Context, q question, in *bufio.Reader) (done bool, err error) {
	suggested := ""
	if q.suggested != nil {
		suggested = q.suggested(n)
	}
	said, err := n.ask(ctx, in, q.asked, suggested)
	switch {
	case errors.Is(err, errNoAnswer):
		return false, wrong(fmt.Errorf("%w; nothing was written", err))
	case err != nil:
		return false, err
	case said == "":
		return !q.must, nil
	}
	n.replies[q.flag] = said
	bad := n.misfits(q)
	for _, d := range bad {
		fmt.Fprintf(n.streams.Err, "  %s\n", byFlag(d.Message))
		delete(n.replies, q.flag)
	}
	return len(bad) == 0, nil
}

// misfits are what the schema says against a question's answer.
func (n *creation) misfits(q question) diag.List {
	_, draft := n.draft()
	return q.concerning(draft.Diagnostics)
}
