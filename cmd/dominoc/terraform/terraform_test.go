package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestX(t *testing.T) {
	for _, s := range []string{"a-base", "b-existing", "c-pools"} {
		files, found := Files(filepath.Join("testdata", s))
		require.Empty(t, found)
		start := time.Now()
		i, found := Read(files)
		fmt.Println(s, len(files), time.Since(start), len(i.Resources), len(i.Unknown()), found)
		for _, v := range i.Variables {
			fmt.Println(v.Name, v.Pos)
		}
		b, _ := json.MarshalIndent(i.Outputs, "", " ")
		if s == "c-pools" {
			fmt.Println(string(b))
			for _, r := range i.Of(true, "aws_launch_template") {
				fmt.Printf("%v\n", r)
			}
		}
		for _, r := range i.Unknown() {
			fmt.Print(r.Address, " ")
		}
	}
}

func TestBig(t *testing.T) {
	b, _ := os.ReadFile("testdata/c-pools/nodes.tfstate")
	var d map[string]any
	json.Unmarshal(b, &d)
	var rs []any
	for n := 0; n < 135; n++ {
		for _, r := range d["resources"].([]any) {
			var c map[string]any
			x, _ := json.Marshal(r)
			json.Unmarshal(x, &c)
			if c["type"] == "terraform_remote_state" { continue }
			c["module"] = fmt.Sprintf("module.m%d", n)
			rs = append(rs, c)
		}
	}
	d["resources"] = rs
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetIndent("", " ")
	e.Encode(d)
	fmt.Println(buf.Len()>>20, len(rs))
	start := time.Now()
	i, found := Read([]File{{"x.tfstate", buf.Bytes()}})
	fmt.Println(time.Since(start), len(i.Resources), found)
}
