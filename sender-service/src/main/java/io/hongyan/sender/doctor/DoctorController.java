package io.hongyan.sender.doctor;

import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.doctor.AccountDoctor.Check;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves {@code ./hongyan doctor <account>}. Answers what is wrong, never a secret or a token; the
 * sender's port belongs to the company's inner network all the same.
 */
@RestController
class DoctorController {

  private final SenderAccounts accounts;
  private final AccountDoctor doctor;

  DoctorController(SenderAccounts accounts, AccountDoctor doctor) {
    this.accounts = accounts;
    this.doctor = doctor;
  }

  @GetMapping("/internal/doctor/{account}")
  ResponseEntity<Report> examine(@PathVariable String account) throws InterruptedException {
    var found = accounts.find(account);
    return found.isEmpty()
        ? ResponseEntity.notFound().build()
        : ResponseEntity.ok(new Report(account, doctor.examine(found.get())));
  }

  /** What was looked at, for one account. */
  record Report(String account, List<Check> checks) {}
}
