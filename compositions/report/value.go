package report

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/plan"
)

// longest is how many characters of a value are shown. JSON has all of them.
const longest = 100

// value writes a value on one line as JSON, except for unknown values.
func value(v any) string {
	switch v {
	case plan.Unknown:
		return plan.Unknown
	case fieldsInside{}:
		return "{…}"
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic("a manifest is plain data: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// short returns a value that fits into a line.
func short(v any) string { return cut(value(v), 0) }

// cut keeps the surroundings of the place from which a text is of interest.
func cut(s string, from int) string {
	runes := []rune(s)
	if len(runes) <= longest {
		return s
	}
	start := min(max(0, from-longest/2), len(runes)-longest)
	out := string(runes[start : start+longest])
	if start > 0 {
		out = "…" + out
	}
	if start+longest < len(runes) {
		out += "…"
	}
	return out
}

// became shows a changed value; of long values, the part that differs.
func became(before, after any) string {
	b, a := value(before), value(after)
	same := 0
	for same < min(len(b), len(a)) && b[same] == a[same] {
		same++
	}
	at := len([]rune(strings.ToValidUTF8(b[:same], "")))
	return cut(b, at) + " -> " + cut(a, at)
}

// fieldText writes a field on one line: path: old -> new.
func fieldText(f diff.Field) string {
	s := f.Path.String() + ": "
	switch {
	case f.Removed != nil || f.Added != nil:
		s += elements(f)
	case f.Path.Text():
		s += lines(f.Old, f.New)
	case f.Old == nil:
		s += "+ " + short(f.New)
	case f.New == nil:
		s += "- " + short(f.Old)
	case f.Old == plan.Unknown && f.New == plan.Unknown:
		s += plan.Unknown
	default:
		s += became(f.Old, f.New)
	}
	if f.Follows != "" {
		s += ", follows " + f.Follows
	}
	return s
}

// lines returns the removed and the added lines of a text: of user data without the
// lines that all user data has. If only their order changed, it returns all.
func lines(before, after any) string {
	b, a := userDataLines(before), userDataLines(after)
	removed, added := without(b, a), without(a, b)
	if len(removed)+len(added) == 0 {
		removed, added = b, a
	}
	return elements(diff.Field{Removed: removed, Added: added})
}

func userDataLines(text any) []any {
	var out []any
	plain, _ := text.(string)
	for _, line := range plan.UserDataSays(plain) {
		out = append(out, line)
	}
	return out
}

func without(list, other []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(v any) bool { return slices.Contains(other, v) })
}

// mostElements limits the shown elements, added and removed ones separately.
const mostElements = 12

func elements(f diff.Field) string {
	return strings.Join(append(signed("- ", f.Removed), signed("+ ", f.Added)...), " ")
}

// signed writes elements with a sign, at most mostElements.
func signed(sign string, all []any) []string {
	var parts []string
	for i, v := range all {
		if more := len(all) - i; i == mostElements-1 && more > 1 {
			return append(parts, sign+strconv.Itoa(more)+" more")
		}
		parts = append(parts, sign+short(v))
	}
	return parts
}
