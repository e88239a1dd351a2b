package diff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func TestAFileAcceptsWhatDisturbsInTheChangeThatAddsTheAcceptance(t *testing.T) {
	dangers := []Danger{{Code: "node-roll", Subject: "gpu"}, {Code: "node-roll", Subject: "default"}, {Code: "size-by-hand", Subject: "default/max"}}
	now := map[string]string{"node-roll": "a window", "size-by-hand/default": "soon", "scale-first": "never", "single-nat": "a warning's"}
	got := Accept(dangers, now, nil)
	require.Equal(t, map[string]string{"node-roll/gpu": "a window", "node-roll/default": "a window", "size-by-hand/default/max": "soon"}, got.Reasons)
	require.Equal(t, []string{"scale-first"}, got.Unused)
	require.Empty(t, got.Expired)
	later := Accept(dangers, now, map[string]string{"node-roll": "a window", "size-by-hand/default": "another reason"})
	require.Equal(t, []string{"node-roll"}, later.Expired)
	require.NotContains(t, later.Reasons, "node-roll/gpu")
	require.Contains(t, later.Reasons, "size-by-hand/default/max", "a new reason is a new acceptance")
}

func TestAFileDoesNotAcceptWhatTheGateIsFor(t *testing.T) {
	for _, code := range Codes() {
		d := Danger{Code: code.Name, Subject: "x"}
		got := Accept([]Danger{d}, map[string]string{code.Name: "why not"}, nil)
		if code.Class == Disturbs {
			require.Contains(t, got.Reasons, d.ID())
			continue
		}
		require.Empty(t, got.Reasons, code.Name)
		require.Equal(t, []string{code.Name}, got.Refused)
	}
}

const (
	oldBase = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	newBase = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
)

// entry accepts a danger of changing.
func entry(environment, code, object, base string) Acceptance {
	a := Acceptance{v1alpha1.Acceptance{Environment: environment, Code: code, Object: object, Base: base, Reason: "meant"}, diag.Pos{File: "policy.cue", Line: 7, Column: 2}}
	for _, s := range changing() {
		if s.Name == environment {
			a.Danger = s.Fingerprint(a.ID())
		}
	}
	return a
}

// One change with a danger of an environment, one without an object, and one of
// what environments share.
func changing() []Subject {
	return []Subject{
		{Name: "", Base: newBase, Dangers: []Danger{{Code: "sync-moved", Subject: "flux"}}},
		{Name: "prod-us", Base: newBase, Dangers: []Danger{{Code: "data-loss", Subject: "bucket-logs"}, {Code: "data-loss", Subject: "bucket-data"}, {Code: "outage"}}},
		{Name: "prod-eu", Base: newBase, Dangers: []Danger{{Code: "data-loss", Subject: "bucket-logs"}}},
	}
}

func TestAnAcceptanceAcceptsWhatItNamesAndNothingElse(t *testing.T) {
	for _, a := range []Acceptance{
		entry("prod-us", "data-loss", "bucket-logs", newBase), entry("prod-us", "outage", "", newBase), entry("", "sync-moved", "flux", newBase),
	} {
		j := Policy{Head: []Acceptance{a}}.Judge(changing(), false)
		require.Empty(t, j.Found)
		for _, s := range changing() {
			for _, d := range s.Dangers {
				_, accepted := j.Of(s.Name, d)
				require.Equal(t, s.Name == a.Environment && d.ID() == a.ID(), accepted, "%s of %q by %+v", d.ID(), s.Name, a)
			}
		}
	}
}

func TestAnAcceptanceThatAcceptsNothingIsToldAtItsLine(t *testing.T) {
	good := entry("prod-us", "data-loss", "bucket-logs", newBase)
	worse, again := good, good
	worse.Danger = oldBase
	again.Pos.Line, again.Reason = 9, "another reason"
	for name, c := range map[string]struct {
		policy Policy
		code   string
		hint   string
	}{
		"a wrong environment": {Policy{Head: []Acceptance{entry("prod-uz", "data-loss", "bucket-logs", newBase)}}, "accept-unused", `did you mean environment: "prod-us"?`},
		"a wrong code":        {Policy{Head: []Acceptance{entry("prod-us", "data-lost", "bucket-logs", newBase)}}, "accept-unused", `did you mean code: "data-loss"?`},
		"a wrong object":      {Policy{Head: []Acceptance{entry("prod-us", "data-loss", "bucket-log", newBase)}}, "accept-unused", `did you mean object: "bucket-logs"?`},
		"a part of an object": {Policy{Head: []Acceptance{entry("prod-us", "data-loss", "bucket", newBase)}}, "accept-unused", "remove the entry"},
		"a wildcard":          {Policy{Head: []Acceptance{entry("prod-us", "data-loss", "*", newBase)}}, "accept-unused", "remove the entry"},
		"no object":           {Policy{Head: []Acceptance{entry("prod-us", "data-loss", "", newBase)}}, "accept-unused", "remove the entry"},
		"every environment":   {Policy{Head: []Acceptance{entry("", "data-loss", "bucket-logs", newBase)}}, "accept-unused", "remove the entry"},
		"another base":        {Policy{Head: []Acceptance{entry("prod-us", "data-loss", "bucket-logs", oldBase)}}, "accept-stale", `look at the change again; the base is now "` + newBase + `"`},
		"another danger":      {Policy{Head: []Acceptance{worse}}, "accept-changed", `look at the danger again; it is now "` + good.Danger + `"`},
		"an earlier change":   {Policy{Head: []Acceptance{good}, Base: []Acceptance{good}}, "accept-spent", "remove the entry"},
		"an unknown base":     {Policy{Head: []Acceptance{good}, Unreadable: true}, "accept-base", "correct the policy in a separate change"},
	} {
		t.Run(name, func(t *testing.T) {
			j := c.policy.Judge(changing(), false)
			require.Empty(t, j.accepted)
			require.Len(t, j.Found, 1)
			require.Equal(t, diag.Warning, j.Found[0].Severity)
			require.Equal(t, c.code, j.Found[0].Code)
			require.Equal(t, c.hint, j.Found[0].Hint)
			require.Equal(t, 7, j.Found[0].Pos.Line)
		})
	}
	j := Policy{Head: []Acceptance{again}, Base: []Acceptance{good}}.Judge(changing(), false)
	require.Len(t, j.accepted, 1, "a new reason is a new acceptance")
	j = Policy{Head: []Acceptance{entry("another", "outage", "", newBase)}}.Judge(changing(), true)
	require.Empty(t, j.Found, "what is not looked at cannot be judged")
}

func TestAMisnamedCodeIsRefused(t *testing.T) {
	found := Misnamed([]Acceptance{entry("prod-us", "data-los", "bucket-logs", newBase), entry("prod-us", "data-loss", "x", newBase)})
	require.Len(t, found, 1)
	require.Equal(t, "accept-code", found[0].Code)
	require.Equal(t, `did you mean "data-loss"?`, found[0].Hint)
	require.True(t, found.HasErrors())
}

func TestADigestIsThatOfTheObjects(t *testing.T) {
	of := func(values ...string) *Environment {
		e := &Environment{Name: "e"}
		for i, v := range values {
			e.Resources = append(e.Resources, Resource{Component: "c", Key: string(rune('a' + i)), Object: map[string]any{"spec": v, "kind": "K"}})
		}
		return e
	}
	reversed := of("1", "2")
	reversed.Resources[0], reversed.Resources[1] = reversed.Resources[1], reversed.Resources[0]
	require.Equal(t, of("1", "2").Digest(), reversed.Digest(), "in any order")
	require.NotEqual(t, of("1", "2").Digest(), of("2", "1").Digest())
	require.NotEqual(t, of("1").Digest(), of("1", "1").Digest())
	require.NotEqual(t, of().Digest(), (*Environment)(nil).Digest())
	require.Regexp(t, `^sha256:[0-9a-f]{64}$`, (*Environment)(nil).Digest())
	require.Equal(t, `{environment: "e", code: "outage", object: "a\"b", base: "sha256:0", danger: "`+Subject{}.Fingerprint("")+`", reason: ""},`,
		Subject{Name: "e", Base: "sha256:0"}.Entry(Danger{Code: "outage", Subject: `a"b`}))
}

// What a danger is decides over its digest, and nothing else of its subject does.
func TestAFingerprintIsThatOfOneDanger(t *testing.T) {
	of := func(dangers ...Danger) string { return Subject{Name: "e", Dangers: dangers}.Fingerprint("outage/a") }
	one := Danger{Code: "outage", Subject: "a", Message: "it goes", Of: []string{"Route a"}, Instead: leftOut("do not"), Run: []string{"x"}}
	was := of(one)
	require.Equal(t, was, of(Danger{Code: "data-loss", Subject: "a", Message: "it goes"}, one, Danger{Code: "outage", Subject: "b"}))
	other := one
	other.Instead, other.Run = Advice{}, nil
	require.Equal(t, was, of(other), "advice is no part of the danger")
	for name, edit := range map[string]func(*Danger){
		"message": func(d *Danger) { d.Message = "all goes" },
		"objects": func(d *Danger) { d.Of = append(d.Of, "Route b") },
		"values":  func(d *Danger) { d.facts = []any{"*"} },
	} {
		worse := one
		edit(&worse)
		require.NotEqual(t, was, of(worse), name)
	}
	require.NotEqual(t, was, of(one, one), "a second danger of the same ID")
}

// Of dangers of one ID none is dropped unseen.
func TestADangerSaysWhatTheOthersOfItsIDSay(t *testing.T) {
	got := once([]Danger{{Code: "outage", Message: "a goes"}, {Code: "outage", Message: "b goes", facts: []any{1}}, {Code: "outage", Message: "a goes"}, {Code: "stuck", Message: "c"}})
	require.Len(t, got, 2)
	require.Equal(t, "a goes; b goes", got[0].Message)
	require.Equal(t, []any{1}, got[0].facts)
}
