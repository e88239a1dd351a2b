package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// asks tells whether somebody is there to answer. /dev/null is a device, and
// nobody.
func (o *options) asks() bool {
	file, isFile := o.streams.In.(*os.File)
	return o.streams.In != nil && (!isFile || term.IsTerminal(int(file.Fd())))
}

// errNoAnswer is the end of the input.
var errNoAnswer = errors.New("no answer")

// ask asks once. An empty answer is the one that is suggested, if one is.
func (o *options) ask(ctx context.Context, in *bufio.Reader, asked, suggested string) (string, error) {
	shown := ""
	if suggested != "" {
		shown = " [" + suggested + "]"
	}
	fmt.Fprintf(o.streams.Err, "%s%s: ", asked, shown)
	said, err := line(ctx, in)
	if err != nil {
		fmt.Fprintln(o.streams.Err)
		return "", err
	}
	return cmp.Or(strings.TrimSpace(said), suggested), nil
}

// line reads one, until the run is interrupted: a read from a terminal cannot be,
// so it is left behind.
func line(ctx context.Context, in *bufio.Reader) (string, error) {
	type result struct {
		text string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		text, err := in.ReadString('\n')
		if text != "" && errors.Is(err, io.EOF) {
			err = nil // a last line needs no end
		}
		read <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.New("interrupted")
	case r := <-read:
		if r.err != nil {
			return "", errNoAnswer
		}
		return r.text, nil
	}
}
