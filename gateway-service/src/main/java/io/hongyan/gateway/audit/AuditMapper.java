package io.hongyan.gateway.audit;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for {@code audit_log}. */
@Mapper
interface AuditMapper {

  /** Returns the row's id. */
  long insert(
      @Param("actor") String actor,
      @Param("action") String action,
      @Param("subject") String subject,
      @Param("detail") String detail);

  /** Replaces what a row says in detail. */
  void replaceDetail(@Param("id") long id, @Param("detail") String detail);

  /** The subject's rows, oldest first. */
  List<AuditRow> find(@Param("subject") String subject, @Param("rows") int rows);

  /**
   * One row.
   *
   * @param detail a JSON object
   */
  record AuditRow(Instant at, String actor, String action, String detail) {}
}
