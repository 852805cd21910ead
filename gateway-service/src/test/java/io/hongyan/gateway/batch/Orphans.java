package io.hongyan.gateway.batch;

import io.hongyan.gateway.Database;

/** Rows that an intake would leave behind if it were not one transaction. */
final class Orphans {

  private Orphans() {}

  /** Recipients and rejections that belong to no batch. */
  static int count() {
    return Database.count(
            "recipient r where not exists (select 1 from batch where id = r.batch_id)")
        + Database.count(
            "rejection r where not exists (select 1 from batch where id = r.batch_id)");
  }
}
