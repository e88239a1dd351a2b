package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Quota is a limit of AWS on what an account may have.
type Quota struct {
	Service string // such as vpc, as the Service Quotas API has it
	Code    string // such as L-F678F1CE
	Name    string

	// Default is AWS's default; an account may have another value. Unconfirmed if no
	// source has it.
	Default int64

	// Grows says that the default is the value of a new account, which AWS raises with
	// use: it does not apply to other accounts.
	Grows bool

	// Adjustable says that AWS raises the quota on request; false if no source says so.
	Adjustable bool

	// Scope is the unit to which one value applies: region, account, availability-zone,
	// vpc, cluster, node-group, security-group, role or route-table.
	Scope string

	// CapacityType is onDemand or spot, and Families are the prefixes of its instance
	// types, if the quota counts vCPUs.
	CapacityType string
	Families     []string
}

// Unconfirmed is the Default of a quota that no source confirms.
const Unconfirmed = -1

// FindQuota returns the quota with a code.
func FindQuota(code string) (Quota, bool) {
	q, known := quotas()[code]
	return q, known
}

// Quotas returns all known quotas, sorted by service and code.
func Quotas() []Quota {
	return slices.SortedFunc(maps.Values(quotas()), CompareQuotas)
}

// CompareQuotas orders quotas by service and code.
func CompareQuotas(a, b Quota) int {
	return cmp.Or(strings.Compare(a.Service, b.Service), strings.Compare(a.Code, b.Code))
}

// VCPUQuota returns the quota that the vCPUs of an instance type count against.
// capacityType is onDemand or spot. Dedicated hardware has none.
func VCPUQuota(instanceType, capacityType string) (Quota, bool) {
	code, known := vcpuQuotas()[[2]string{capacityType, class(instanceType)}]
	if !known {
		return Quota{}, false
	}
	return FindQuota(code)
}

// class returns the letters at the start of an instance type: g of g5.2xlarge, inf of
// inf2.xlarge, u of u-6tb1.metal.
func class(instanceType string) string {
	letters, _, _ := strings.Cut(instanceType, "-")
	if end := strings.IndexAny(letters, "0123456789."); end >= 0 {
		letters = letters[:end]
	}
	return letters
}

var quotas = index("service-quotas.csv", func(r row) (string, Quota) {
	q := Quota{
		Service: r.text("service"), Code: r.text("code"), Name: r.text("name"),
		Default: defaultOf(r), Grows: r.text("grows") == "true", Adjustable: r.text("adjustable") == "true",
		Scope: r.text("scope"), CapacityType: r.text("capacity_type"), Families: strings.Fields(r.text("families")),
	}
	return q.Code, q
})

// defaultOf returns AWS's default; only an empty cell says that no source confirms one.
func defaultOf(r row) int64 {
	if r.text("default") == "" {
		return Unconfirmed
	}
	return int64(r.number("default"))
}

var vcpuQuotas = sync.OnceValue(func() map[[2]string]string {
	codes := map[[2]string]string{}
	for _, q := range Quotas() {
		for _, family := range q.Families {
			codes[[2]string{q.CapacityType, family}] = q.Code
		}
	}
	return codes
})
