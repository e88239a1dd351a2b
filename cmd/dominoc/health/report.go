package health

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dominoc/dominoc/compositions/ordered"
)

// Report is the health of one environment.
type Report struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Well      bool   `json:"well"`  // ready, and without findings
	Ready     bool   `json:"ready"` // the condition of its DominoEnvironment
	Account   string `json:"account"`
	Region    string `json:"region"`
	Version   string `json:"version,omitempty"` // of Kubernetes, as AWS reports it

	Findings []Finding `json:"findings"` // the worst first
	Parts    []Part    `json:"parts"`    // the composite resources, by key

	// Due are the next steps of pools that others replace.
	Due []string `json:"due,omitempty"`
}

// Part is a composite resource below the environment.
type Part struct {
	Key     string `json:"key"` // such as network or pool-default
	Kind    string `json:"kind"`
	Name    string `json:"name,omitempty"` // empty before it is made
	State   State  `json:"state"`
	Objects int    `json:"objects"` // that it composes, if its Composition is known
	Well    int    `json:"well"`    // of these
}

// Finding is an object that is not well.
type Finding struct {
	State        State      `json:"state"`
	Place        string     `json:"place"` // part and key, such as network/vpc; the part alone; or empty for the environment itself
	Kind         string     `json:"kind,omitempty"`
	Name         string     `json:"name,omitempty"` // metadata.name
	ExternalName string     `json:"externalName,omitempty"`
	Says         string     `json:"says"`
	Message      string     `json:"message,omitempty"` // of the condition, if Says is an extract of it
	Hint         string     `json:"hint,omitempty"`
	Since        *time.Time `json:"since,omitempty"`
	WaitsFor     []Need     `json:"waitsFor,omitempty"`
}

// Need is what a finding waits for.
type Need struct {
	What  string `json:"what"`            // such as cluster endpoint; empty for the object itself
	Place string `json:"place,omitempty"` // of the object that has it
}

// judgement is one environment on its way to a report.
type judgement struct {
	environment *Environment
	now         time.Time
	byName      map[string][]*Object
	places      map[*Object]string
	verdicts    map[*Object]verdict
	report      Report
}

// Judge reports on an environment at a time.
func Judge(e *Environment, now time.Time) Report {
	j := &judgement{environment: e, now: now, byName: map[string][]*Object{}, places: map[*Object]string{}, verdicts: map[*Object]verdict{}}
	e.Root.All(j.know)
	j.report = Report{
		Name: e.Root.Name, Namespace: e.Root.Namespace,
		Ready:    e.Root.Ready() && e.Root.Synced(),
		Account:  text(e.Root.field("spec.common.account")),
		Region:   text(e.Root.field("spec.common.region")),
		Version:  text(e.Root.field("status.cluster.version")),
		Findings: []Finding{},
	}
	e.Root.All(j.visit)
	j.parts()
	j.report.Due = e.due()
	slices.SortStableFunc(j.report.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank(a.State), rank(b.State)), strings.Compare(a.Place, b.Place))
	})
	j.report.Well = j.report.Ready && len(j.report.Findings) == 0
	return j.report
}

// JudgeAll reports on environments at a time, those that are not well first.
func JudgeAll(environments []*Environment, now time.Time) []Report {
	reports := make([]Report, len(environments))
	for i, e := range environments {
		reports[i] = Judge(e, now)
	}
	slices.SortStableFunc(reports, func(a, b Report) int { return ordered.TrueFirst(!a.Well, !b.Well) })
	return reports
}

// AllWell reports whether every environment is well.
func AllWell(reports []Report) bool {
	return !slices.ContainsFunc(reports, func(r Report) bool { return !r.Well })
}

func rank(s State) int { return slices.Index([]State{Wrong, Waiting, Working, Well}, s) }

// know records the place and the name of an object before any object is judged.
func (j *judgement) know(o *Object, above []*Object) {
	if len(above) > 0 {
		j.places[o] = joined(j.places[above[len(above)-1]], cmp.Or(o.Key(), o.Name))
	}
	j.byName[o.Name] = append(j.byName[o.Name], o)
}

// visit adds the findings about an object and, for a composite resource, about the
// resources that it has not made yet.
func (j *judgement) visit(o *Object, above []*Object) {
	if len(above) > 0 && j.elsewhere(o, above[len(above)-1]) {
		return
	}
	v := j.judge(o)
	j.verdicts[o] = v
	if o.Composite() {
		j.missing(o)
	}
	if v.state == Well || o.Composite() && v.state == Working && j.explained(o) {
		return
	}
	j.add(o, v)
}

// elsewhere reports whether a missing object is reported as a resource of its composite's
// Composition that is not made yet.
func (j *judgement) elsewhere(o, composite *Object) bool {
	return o.Content == nil && len(j.environment.templates(composite)) > 0
}

// explained reports whether an object below a composite resource is not well, which
// explains why the composite is not ready.
func (j *judgement) explained(o *Object) bool {
	if o.Deleting() {
		return false
	}
	return len(j.environment.absent(o)) > 0 ||
		slices.ContainsFunc(o.Children, func(child *Object) bool { return j.judge(child).state != Well })
}

func (j *judgement) add(o *Object, v verdict) {
	f := Finding{
		State: v.state, Place: j.places[o], Kind: o.Kind, Name: o.Name, ExternalName: o.ExternalName(),
		Says: v.says, Hint: v.hint,
	}
	if v.raw != v.says {
		f.Message = v.raw
	}
	if !v.since.IsZero() {
		f.Since = &v.since
	}
	for _, target := range v.on {
		f.WaitsFor = append(f.WaitsFor, Need{Place: j.places[target]})
	}
	j.report.Findings = append(j.report.Findings, f)
}

// missing adds the resources that a composite resource has not made yet.
func (j *judgement) missing(o *Object) {
	if o.Deleting() {
		return
	}
	for _, a := range j.environment.absent(o) {
		f := Finding{State: Working, Place: joined(j.places[o], a.key), Says: "is not made yet"}
		for _, gate := range a.gates {
			f.State = Waiting
			f.WaitsFor = append(f.WaitsFor, Need{What: gate.Words(), Place: j.place(o, gate)})
		}
		j.report.Findings = append(j.report.Findings, f)
	}
}

// place returns the place of the object that has a gate's value, in the whole tree.
func (j *judgement) place(o *Object, g Gate) string {
	if g.From != nil {
		return j.places[g.From]
	}
	if g.Place == "" {
		return ""
	}
	return joined(j.places[o], g.Place)
}

// parts adds the composite resources below the environment, including those that are not
// made yet.
func (j *judgement) parts() {
	root := j.environment.Root
	for _, child := range root.Children {
		if child.Composite() {
			j.report.Parts = append(j.report.Parts, j.part(child))
		}
	}
	for _, a := range j.environment.absent(root) {
		state := Working
		if len(a.gates) > 0 {
			state = Waiting
		}
		j.report.Parts = append(j.report.Parts, Part{Key: a.key, State: state})
	}
	slices.SortFunc(j.report.Parts, func(a, b Part) int { return strings.Compare(a.Key, b.Key) })
}

func (j *judgement) part(o *Object) Part {
	p := Part{Key: cmp.Or(o.Key(), o.Name), Kind: o.Kind, Name: o.Name, State: j.verdicts[o].state}
	for _, child := range o.Children {
		if j.elsewhere(child, o) {
			continue
		}
		v := j.verdicts[child]
		p.Objects++
		if v.state == Well {
			p.Well++
		} else if p.State != Wrong && rank(v.state) < rank(p.State) {
			p.State = v.state
		}
	}
	absent := j.environment.absent(o)
	p.Objects += len(absent)
	if len(absent) > 0 && p.State == Well {
		p.State = Working
	}
	return p
}

// Count returns how many objects there are below the parts, and how many are well.
func (r Report) Count() (objects, well int) {
	for _, p := range r.Parts {
		objects += p.Objects
		well += p.Well
	}
	return objects, well
}
