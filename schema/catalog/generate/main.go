// Command generate brings data/ec2-instance-types.csv up to date with the
// limits of network interfaces that AWS publishes as a Go library, which is
// fresher than the list of vCPUs and memory and knows more types. It is a
// module of its own, so that the library is no dependency of the compiler.
//
// A row of the list keeps its vCPUs and memory and takes the library's limits.
// A type that only the library knows gets a row when the list leaves no doubt
// of its size: all listed Nitro types of its class (c, m, r of the sixth generation or later) and size, such as
// m*.2xlarge, agree in vCPUs and memory. Its architecture is in its name (a g
// after the generation is Graviton), a convention that the generator proves on
// the listed types first. Such rows say derived; other types are left out.
package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/amazon-vpc-resource-controller-k8s/pkg/aws/vpc"
)

const file = "../data/ec2-instance-types.csv"

const head = `# source: vcpus, memory_mib, gpus, arch of origin listed: kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go (2026-01-22)
# source: max_enis, ipv4_per_eni, hypervisor, bare_metal: github.com/aws/amazon-vpc-resource-controller-k8s v1.8.2 pkg/aws/vpc/limits.go
# note: origin derived = the type is in the library but not in the list; its vCPUs and memory are those in which all listed Nitro types of its class and size agree, the architecture follows from its name (see ../generate)
instance_type,vcpus,memory_mib,gpus,arch,max_enis,ipv4_per_eni,hypervisor,bare_metal,origin
`

func main() {
	log.SetFlags(0)
	listed, err := read(file)
	if err != nil {
		log.Fatal(err)
	}
	if err := checkConvention(listed); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(file, write(slices.Concat(listed, derived(listed))), 0o644); err != nil {
		log.Fatal(err)
	}
}

// instance is a row, without what the library knows better.
type instance struct {
	name, vcpus, memoryMiB, gpus, arch, origin string
}

// read is the listed rows of the file: what was derived is derived again.
func read(path string) ([]instance, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comment = '#'
	records, err := reader.ReadAll()
	if err != nil {
		return nil, err
	}
	var rows []instance
	for _, r := range records[1:] {
		if len(r) < 10 || r[9] == "listed" {
			rows = append(rows, instance{r[0], r[1], r[2], r[3], r[4], "listed"})
		}
	}
	return rows, nil
}

func write(rows []instance) []byte {
	slices.SortFunc(rows, func(a, b instance) int { return cmp.Compare(a.name, b.name) })
	var b bytes.Buffer
	b.WriteString(head)
	for _, r := range rows {
		limits, known := vpc.Limits[r.name]
		if !known {
			log.Printf("%s is left out: the library has no limits for it", r.name)
			continue
		}
		fmt.Fprintln(&b, strings.Join([]string{
			r.name, r.vcpus, r.memoryMiB, r.gpus, r.arch,
			strconv.Itoa(limits.Interface), strconv.Itoa(limits.IPv4PerInterface), limits.Hypervisor,
			strconv.FormatBool(limits.IsBareMetal), r.origin,
		}, ","))
	}
	return b.Bytes()
}

// derived are the types that only the library knows and whose size is beyond
// doubt.
func derived(listed []instance) []instance {
	known, sizes := map[string]bool{}, map[string][]instance{}
	for _, r := range listed {
		known[r.name] = true
		if key, ok := sizeKey(r.name); ok {
			sizes[key] = append(sizes[key], r)
		}
	}
	var rows []instance
	for name := range vpc.Limits {
		key, ok := sizeKey(name)
		if like := sizes[key]; ok && !known[name] && agree(like) {
			rows = append(rows, instance{name, like[0].vcpus, like[0].memoryMiB, "0", archOf(name), "derived"})
		}
	}
	return rows
}

// classes are the families whose memory follows from their class: c, m and r
// with Graviton, AMD or Intel processors, and the letters that say nothing of
// size (local disks, network, EBS). Others (z, e: more memory) do not.
var classes = regexp.MustCompile(`^([cmr])([6-9])(g|a|i)?[dnb]*(-flex)?\.([0-9]*x?large|medium)$`)

// sizeKey is the class and size of a Nitro type, such as m.2xlarge.
func sizeKey(name string) (string, bool) {
	m := classes.FindStringSubmatch(name)
	limits, known := vpc.Limits[name]
	if m == nil || !known || limits.Hypervisor != "nitro" {
		return "", false
	}
	return m[1] + "." + m[5], true
}

// agree says whether there are at least three rows, all of one size.
func agree(rows []instance) bool {
	for _, r := range rows {
		if r.vcpus != rows[0].vcpus || r.memoryMiB != rows[0].memoryMiB {
			return false
		}
	}
	return len(rows) >= 3
}

var graviton = regexp.MustCompile(`^(a1|[a-z]+[0-9]+g[a-z]*(-[a-z]+)?)\.`)

func archOf(name string) string {
	if graviton.MatchString(name) {
		return "arm64"
	}
	return "amd64"
}

// checkConvention proves archOf on what is listed.
func checkConvention(listed []instance) error {
	for _, r := range listed {
		if _, sized := sizeKey(r.name); sized && archOf(r.name) != r.arch {
			return fmt.Errorf("%s is %s, but its name says %s", r.name, r.arch, archOf(r.name))
		}
	}
	return nil
}
