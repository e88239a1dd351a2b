package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/schema/words"
)

// interval is how long a watch waits between two looks. A look costs a request per
// kind of object, answered from the API server's cache.
const interval = 2 * time.Second

// follow shows reports until all is well or the user has enough.
func (s *status) follow(ctx context.Context, reports []health.Report, look func(context.Context) ([]health.Report, error)) error {
	view := s.view()
	tick := time.NewTicker(s.interval)
	defer tick.Stop()
	for {
		if err := view.show(reports, s.now()); err != nil {
			return failed(err)
		}
		if len(reports) > 0 && allWell(reports) == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return problems()
		case <-tick.C:
		}
		seen, err := look(ctx)
		switch {
		case err == nil:
			reports = seen
		case ctx.Err() == nil:
			view.trouble(err, s.now())
		}
	}
}

// A view shows one report after the other.
type view interface {
	show(reports []health.Report, now time.Time) error
	trouble(err error, now time.Time)
}

func (s *status) view() view {
	switch {
	case s.format == "json":
		return &jsonLines{out: s.streams.Out, err: s.streams.Err}
	case terminal(s.streams.Out):
		return &screen{out: behind(s.streams.Out), color: s.color.on(s.streams.Out), began: s.now()}
	}
	return &changes{out: s.streams.Out, err: s.streams.Err, known: map[string]known{}}
}

// screen redraws a terminal. It alone moves the cursor, so out is the stream
// itself, and what is drawn is cleaned here.
type screen struct {
	out   io.Writer
	color bool
	began time.Time
	drawn bool
}

func (v *screen) show(reports []health.Report, now time.Time) error {
	return v.draw(progressLine(reports, now.Sub(v.began)) + "\n\n" + statusText(reports, now, v.color))
}

func (v *screen) trouble(err error, _ time.Time) {
	fmt.Fprintf(v.out, "%s (trying again)\x1b[K\n", words.Line(words.WithoutCredentials(err.Error())))
}

// draw writes over what was drawn before: line by line, so that nothing flickers.
func (v *screen) draw(text string) error {
	begin := "\x1b[H"
	if !v.drawn {
		begin, v.drawn = "\x1b[2J\x1b[H", true
	}
	_, err := io.WriteString(v.out, begin+strings.ReplaceAll(string(words.Colored([]byte(text))), "\n", "\x1b[K\n")+"\x1b[J")
	return err
}

// progressLine is a bar of how much is well, and for how long we have watched.
func progressLine(reports []health.Report, since time.Duration) string {
	objects, well := 0, 0
	for _, r := range reports {
		o, w := r.Count()
		objects, well = objects+o, well+w
	}
	if objects == 0 {
		return "waiting for an environment, " + short(since)
	}
	const cells = 30
	full := cells * well / objects
	return fmt.Sprintf("[%s%s] %d of %d, %s", strings.Repeat("#", full), strings.Repeat(".", cells-full), well, objects, short(since))
}

// changes writes a line for each change, for logs.
type changes struct {
	out, err io.Writer
	known    map[string]known // by namespace and name
}

type known struct {
	summary  string
	problems map[string]bool
}

func (v *changes) show(reports []health.Report, now time.Time) error {
	var text strings.Builder
	for _, r := range reports {
		id := r.Namespace + "/" + r.Name
		before := v.known[id]
		after := known{summaryOf(r), map[string]bool{}}
		for _, g := range r.Groups() {
			if g.State == health.Wrong {
				after.problems[places(g.Places)+": "+sentence(g)] = true
			}
		}
		at := now.Format(time.TimeOnly) + " " + words.Line(r.Name) + ": "
		for _, problem := range sortedKeys(after.problems) {
			if !before.problems[problem] {
				text.WriteString(at + "wrong: " + problem + "\n")
			}
		}
		if after.summary != before.summary {
			text.WriteString(at + after.summary + "\n")
		}
		v.known[id] = after
	}
	_, err := io.WriteString(v.out, text.String())
	return err
}

func (v *changes) trouble(err error, now time.Time) {
	fmt.Fprintf(v.err, "%s %s (trying again)\n", now.Format(time.TimeOnly), words.Line(words.WithoutCredentials(err.Error())))
}

func summaryOf(r health.Report) string {
	objects, well := r.Count()
	if r.Well {
		return fmt.Sprintf("ready, %s", words.Count(objects, "object"))
	}
	return fmt.Sprintf("%s, %d of %s well%s", headline(r), well, words.CountOf(objects, "object is", "objects are"), tally(r))
}

// jsonLines writes a line of JSON for each change.
type jsonLines struct {
	out, err io.Writer
	last     []byte
}

func (v *jsonLines) show(reports []health.Report, _ time.Time) error {
	line, err := json.Marshal(reports)
	if err != nil || bytes.Equal(line, v.last) {
		return err
	}
	v.last = line
	_, err = v.out.Write(append(words.JSON(line), '\n'))
	return err
}

func (v *jsonLines) trouble(err error, now time.Time) {
	fmt.Fprintf(v.err, "%s %s (trying again)\n", now.Format(time.TimeOnly), words.Line(words.WithoutCredentials(err.Error())))
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
