package immutable

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
)

// conditions decide whether a rule applies to a change of its field. The argument
// follows the condition's name in the table.
var conditions = map[string]func(c Change, argument string) bool{
	// any value but the old one
	"changed": func(c Change, _ string) bool { return differ(c.Old, c.New) },

	// changed or taken away, not added
	"was-set": func(c Change, _ string) bool { return c.Old != nil && differ(c.Old, c.New) },

	// there was none
	"added": func(c Change, _ string) bool { return c.Old == nil && c.New != nil },

	// taken away as a whole
	"emptied": func(c Change, _ string) bool { return c.Old != nil && c.New == nil },

	"was":     func(c Change, value string) bool { return fmt.Sprint(c.Old) == value && differ(c.Old, c.New) },
	"becomes": func(c Change, value string) bool { return fmt.Sprint(c.New) == value && differ(c.Old, c.New) },

	// from one value to another, such as A to B
	"goes": func(c Change, values string) bool {
		from, to, _ := strings.Cut(values, " to ")
		return fmt.Sprint(c.Old) == from && fmt.Sprint(c.New) == to
	},

	// an element for an element, each an id and not a reference
	"exchanged": func(c Change, _ string) bool { return exchanged(c) && differ(c.Old, c.New) },
	"otherwise": func(c Change, _ string) bool { return !exchanged(c) && differ(c.Old, c.New) },

	// Kubernetes' minor versions
	"skips":          func(c Change, _ string) bool { return minors(c) > 1 },
	"lowered":        func(c Change, _ string) bool { return minors(c) < 0 },
	"lowered-by-one": func(c Change, _ string) bool { return minors(c) == -1 },
	"lowered-by-two": func(c Change, _ string) bool { return minors(c) < -1 },

	// an AMI's release, such as 1.35.2-20260415
	"older": func(c Change, _ string) bool { return older(fmt.Sprint(c.New), fmt.Sprint(c.Old)) },

	// a manifest of that kind inside the cluster
	"in": func(c Change, kind string) bool {
		return parse("spec.forProvider.manifest.kind").in(c.Object) == kind && differ(c.Old, c.New)
	},
}

// exchanged reports whether ids were replaced by as many others.
func exchanged(c Change) bool {
	if strings.Contains(c.Path, "Ref") {
		return false
	}
	before, after := ids(c.Old), ids(c.New)
	return before == after && before > 0
}

// ids counts the texts in a list; 0 for a list with other elements.
func ids(value any) int {
	list, many := value.([]any)
	if !many {
		list = []any{value}
	}
	for _, element := range list {
		if _, text := element.(string); !text {
			return 0
		}
	}
	return len(list)
}

// minors returns by how many minor versions of Kubernetes a version increases; 0 if one
// of the two is unknown.
func minors(c Change) int {
	before, _ := c.Old.(string)
	after, _ := c.New.(string)
	if from, to := catalog.Minor(before), catalog.Minor(after); from != 0 && to != 0 {
		return to - from
	}
	return 0
}

// older compares releases by their numbers, from the left.
func older(a, b string) bool {
	numbers := func(release string) []string {
		return strings.FieldsFunc(release, func(r rune) bool { return r == '.' || r == '-' })
	}
	as, bs := numbers(a), numbers(b)
	for i := range min(len(as), len(bs)) {
		x, errX := strconv.Atoi(as[i])
		y, errY := strconv.Atoi(bs[i])
		if errX != nil || errY != nil {
			return false
		}
		if x != y {
			return x < y
		}
	}
	return false
}
