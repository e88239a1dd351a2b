package load

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// described makes diagnostics of CUE's errors, at the first line of the files where they
// have no place.
func (s *Source) described(err error) diag.List {
	found := syntax.Diagnostics(err, "")
	for i := range found {
		if !found[i].Pos.IsValid() {
			found[i].Pos = s.start()
		}
	}
	return found
}

// said is the text of the first error() of the schema among the errors, ""
// when there is none.
func said(err error) string {
	for _, e := range errors.Errors(err) {
		if ours(e) {
			format, args := e.Msg()
			return fmt.Sprintf(format, args...)
		}
	}
	return ""
}

// unsaid are the errors that are not the schema's own sentences.
func unsaid(err error) []errors.Error {
	return slices.DeleteFunc(slices.Clone(errors.Errors(err)), ours)
}

// ours reports whether an error is an error(…) of the schema.
func ours(e errors.Error) bool {
	return isCall(e.Position()) || slices.ContainsFunc(e.InputPositions(), isCall)
}

// isCall reports whether a position is that of error(…) in the schema.
func isCall(p token.Pos) bool {
	if !p.IsValid() {
		return false
	}
	name, ours := strings.CutPrefix(p.Filename(), schema.Module+"/")
	if !ours {
		return false
	}
	text, at := schema.Content(name), p.Offset()
	return at < len(text) && bytes.HasPrefix(text[at:], []byte("error("))
}
