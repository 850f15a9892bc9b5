package data

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type account struct {
	ID   uint
	Name string
}

type store struct{ db *gorm.DB }

func (s store) find(c *gin.Context) {
	var found []account
	name := c.Query("name")
	// ruleid: go-sql-injection
	s.db.Raw("SELECT * FROM account WHERE name = '" + name + "'").Scan(&found)
	// ruleid: go-sql-injection
	s.db.Where(fmt.Sprintf("name = '%s'", name)).Find(&found)
	// ruleid: go-sql-injection
	s.db.Order(c.Query("order")).Find(&found)
	// ruleid: go-sql-injection
	s.db.Model(&account{}).Where("id > 3").Group(c.Query("group")).Find(&found)
	// ruleid: go-sql-injection
	s.db.First(&found, c.Param("id"))
	// ruleid: go-sql-injection
	s.db.Exec("DELETE FROM account WHERE name = '" + name + "'")
	// ok: go-sql-injection
	s.db.Raw("SELECT * FROM account WHERE name = ?", name).Scan(&found)
	// ok: go-sql-injection
	s.db.Where("name = ?", name).Find(&found)
	// ok: go-sql-injection
	s.db.Where(&account{Name: name}).Find(&found)
	// ok: go-sql-injection
	s.db.Where(map[string]interface{}{"name": name}).Find(&found)
	// ok: go-sql-injection
	s.db.Order(clause.OrderByColumn{Column: clause.Column{Name: c.Query("order")}}).Find(&found)
	// ok: go-sql-injection
	s.db.First(&found, "id = ?", c.Param("id"))
	var in account
	if err := c.ShouldBindJSON(&in); err != nil {
		return
	}
	// ok: go-sql-injection
	s.db.Create(&in)
	// ok: go-sql-injection
	s.db.Where(&in).Find(&found)
}

func search(client *http.Client, r *http.Request) {
	// ok: go-sql-injection
	client.Get("https://search.example/?q=" + r.FormValue("q"))
}
