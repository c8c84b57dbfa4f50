package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shapeOf lists every name in a document with the kind of its value, such as
// "source.type string".
func shapeOf(t *testing.T, document []byte) []string {
	t.Helper()
	var root any
	require.NoError(t, json.Unmarshal(document, &root), "%s", document)
	var shape []string
	var walk func(path string, value any)
	walk = func(path string, value any) {
		shape = append(shape, fmt.Sprintf("%s %T", path, value))
		switch value := value.(type) {
		case map[string]any:
			for name, child := range value {
				walk(path+"."+name, child)
			}
		case []any:
			for _, child := range value {
				walk(path+"[]", child)
			}
		}
	}
	walk("", root)
	return shape
}

func readFile(t *testing.T, parts ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, parts...)...))
	require.NoError(t, err)
	return content
}

func TestCreateSource_AnswersWithTheFieldsOfTheGuide(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	for _, key := range []string{m.key, m.public} {
		m.key = key
		made := m.post("/sources", "amount", "100000", "currency", "thb", "type", "alipay").ok()
		assert.ElementsMatch(t, shapeOf(t, readFile(t, "guide", "source.json")), shapeOf(t, made.body))
		assert.Equal(t, "thb", made.text("currency"))
		assert.Equal(t, "redirect", made.text("flow"))
	}
}

func TestCreateCharge_AnswersWithTheFieldsOfTheGuide(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	source := m.post("/sources", "amount", "100000", "currency", "thb", "type", "alipay").ok().text("id")
	made := m.post("/charges", "amount", "100000", "currency", "thb", "source", source,
		"return_uri", "http://example.com/orders/1235813/complete").ok()
	assert.ElementsMatch(t, shapeOf(t, readFile(t, "guide", "charge_pending.json")), shapeOf(t, made.body))
	assert.Equal(t, "2017-11-02", made.header.Get("Omise-Version"))
	assert.Equal(t, source, made.text("source.id"))
	assert.Equal(t, "pending", made.text("status"))
	assert.Equal(t, "2017-11-02T07:14:14Z", made.text("created"))
	assert.Equal(t, "Thu, 02 Nov 2017 07:14:14 GMT", made.header.Get("Date"))
	assert.Equal(t, "http://example.com/orders/1235813/complete", made.text("return_uri"))
	assert.Equal(t, m.api+"/offsites/"+made.text("reference")+"/pay", made.text("authorize_uri"))
}

func TestCreateCharge_AnswersInOneCallWithTheFieldsOfTheGuide(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.post("/charges", "description", "Charge for order 3947", "amount", "100000", "currency", "thb",
		"return_uri", "http://example.com/orders/345678/complete", "source[type]", "alipay").ok()
	assert.Equal(t, "Charge for order 3947", made.text("description"))
	assert.Equal(t, "alipay", made.text("source.type"))
	assert.Equal(t, http.StatusOK, m.get("/sources/"+made.text("source.id")).status, "the source exists by itself")
}

func TestParams_ReadJSONAsTheyReadAForm(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.postJSON("/charges", `{"amount":100000,"currency":"thb","source":{"type":"alipay"},
		"return_uri":"https://shop.example/","metadata":{"z":1,"a":{"deep":[true,null]}}}`).ok()
	assert.ElementsMatch(t, []string{"100000", "100000"}, []string{made.number("amount"), made.number("source.amount")})
	assert.Contains(t, string(made.body), `"metadata": {
    "z": 1,
    "a": {
      "deep": [
        true,
        null
      ]
    }
  }`, "metadata keeps its order")
}
