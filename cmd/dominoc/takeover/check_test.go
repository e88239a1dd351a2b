package takeover_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
)

// said is a fact of adopted.cue: a line with a value.
var said = regexp.MustCompile(`^(\s*\S+: +)("[^"]*"|true|false|\["[^"]*"\])$`)

// free are the facts that may differ: who the environment is, and what is lifted by hand.
var free = regexp.MustCompile(`^\s*(name|account|region|hold|withoutLabels):`)

// With another value of any fact in adopted.cue, --check says what would change, or what the
// states have.
func TestEachWrongFactIsFound(t *testing.T) {
	for _, name := range []string{"a-base", "c-pools"} {
		f := imported(t, set(t, name)...)
		require.True(t, f.check(t).Proven())
		right, tried := f.read(t, takeover.AdoptedName), 0
		for i, line := range strings.Split(right, "\n") {
			parts := said.FindStringSubmatch(line)
			if parts == nil || free.MatchString(line) {
				continue
			}
			lines := strings.Split(right, "\n")
			lines[i] = parts[1] + another(parts[2])
			f.edit(t, takeover.AdoptedName, strings.Join(lines, "\n"))
			require.False(t, f.check(t).Proven(), "%s: %s", name, lines[i])
			tried++
		}
		require.Greater(t, tried, 30, name)
	}
}

// another is a value of the same form.
func another(value string) string {
	switch {
	case value == "true":
		return "false"
	case value == "false":
		return "true"
	case strings.HasPrefix(value, "["):
		return "[]"
	}
	last := "0"
	if strings.HasSuffix(value, `0"`) {
		last = "1"
	}
	return value[:len(value)-2] + last + `"`
}
