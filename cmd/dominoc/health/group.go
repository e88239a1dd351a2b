package health

import (
	"encoding/json"
	"time"
)

// Group is findings with the same text: forty resources that the provider may not read
// are one problem.
type Group struct {
	State    State
	Places   []string
	Finding  Finding // the first of them
	Earliest *time.Time
}

// Groups returns the report's findings, grouped by their texts, in the order of the first
// of each group.
func (r Report) Groups() []Group {
	var groups []Group
	at := map[string]int{}
	for _, f := range r.Findings {
		same, _ := json.Marshal([]any{f.State, f.Says, f.Hint, f.WaitsFor}) // texts: always JSON
		key := string(same)
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, Group{State: f.State, Finding: f})
		}
		g := &groups[i]
		g.Places = append(g.Places, f.Place)
		if f.Since != nil && (g.Earliest == nil || f.Since.Before(*g.Earliest)) {
			g.Earliest = f.Since
		}
	}
	return groups
}
