package io.hongyan.sender.sync;

import java.time.OffsetDateTime;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** The rows of a template sync; called in one transaction. */
@Mapper
interface TemplateSyncMapper {

  /** Lets two syncs of an account follow each other; held to the transaction's end. */
  String lock(@Param("account") String account);

  /** This moment by the database's clock, which all senders share. */
  OffsetDateTime now();

  /** Whether WeChat listed any template of the account last. */
  boolean hasAny(@Param("account") String account);

  /** Whether a list that was asked for after that moment is there. */
  boolean hasNewer(@Param("account") String account, @Param("listedAt") OffsetDateTime listedAt);

  /** Deletes the templates that WeChat lists no more. */
  void deleteOthers(@Param("account") String account, @Param("ids") String[] ids);

  /**
   * Keeps what WeChat lists; the arrays are of one length.
   *
   * @param listedAt when WeChat was asked
   */
  void upsert(
      @Param("account") String account,
      @Param("listedAt") OffsetDateTime listedAt,
      @Param("ids") String[] ids,
      @Param("titles") String[] titles,
      @Param("contents") String[] contents,
      @Param("examples") String[] examples,
      @Param("primaryIndustries") String[] primaryIndustries,
      @Param("deputyIndustries") String[] deputyIndustries);

  /** The account's own templates, locked. */
  List<LocalTemplate> findLocal(@Param("account") String account);

  /** Notes what is wrong with a template, or that nothing is. */
  void setProblem(
      @Param("account") String account,
      @Param("template") String template,
      @Param("problem") @Nullable String problem);

  /** A template as the gateway keeps it. */
  record LocalTemplate(
      String id, String wechatTemplateId, String content, @Nullable String problem) {}
}
