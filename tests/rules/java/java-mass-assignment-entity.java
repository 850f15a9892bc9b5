class Accounts {
    @PostMapping("/account")
    void create(@RequestBody Account account) {
        // ruleid: java-mass-assignment-entity
        accountRepository.save(account);
    }

    @PutMapping("/account")
    void update(@ModelAttribute Account account) {
        // ruleid: java-mass-assignment-entity
        entityManager.merge(account);
    }

    @PostMapping("/form")
    void form(@RequestBody AccountForm form) {
        Account account = accountRepository.findByName(form.name());
        account.setMail(form.mail());
        // ok: java-mass-assignment-entity
        accountRepository.save(account);
    }

    @PostMapping("/dto")
    void dto(@RequestBody AccountDto account) {
        // ok: java-mass-assignment-entity
        accountService.save(account);
    }
}
