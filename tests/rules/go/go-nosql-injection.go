package documents

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
)

type login struct{ Name, Password string }

func find(users *mongo.Collection, r *http.Request) {
	var filter bson.M
	json.NewDecoder(r.Body).Decode(&filter)
	// ruleid: go-nosql-injection
	users.FindOne(r.Context(), filter)
	// ruleid: go-nosql-injection
	users.DeleteMany(r.Context(), filter)
	name := r.FormValue("name")
	// ruleid: go-nosql-injection
	users.Find(r.Context(), bson.M{"$where": "this.name == '" + name + "'"})
	// ok: go-nosql-injection
	users.FindOne(r.Context(), bson.M{"name": name})
	// ok: go-nosql-injection
	users.FindOne(r.Context(), bson.D{{"name", name}})
	var in login
	json.NewDecoder(r.Body).Decode(&in)
	// ok: go-nosql-injection
	users.FindOne(r.Context(), bson.M{"name": in.Name})
	id, _ := primitive.ObjectIDFromHex(r.FormValue("id"))
	// ok: go-nosql-injection
	users.FindOne(r.Context(), bson.M{"_id": id})
}

func engine(users *mongo.Collection) gin.HandlerFunc {
	return func(c *gin.Context) {
		var filter map[string]interface{}
		c.BindJSON(&filter)
		// ruleid: go-nosql-injection
		users.Find(c, filter)
		// ok: go-nosql-injection
		users.Find(c, bson.M{})
	}
}
