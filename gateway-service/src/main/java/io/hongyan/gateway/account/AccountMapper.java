package io.hongyan.gateway.account;

import io.hongyan.gateway.account.PutTemplateRequest.TemplateSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for accounts and their templates. */
@Mapper
interface AccountMapper {

  /** Every account, by id. */
  List<AccountRow> findAccounts();

  /** Every template of every account, by account and id. */
  List<TemplateRow> findTemplates();

  Optional<AccountRow> findAccount(@Param("id") String id);

  /** Accounts after the cursor, by id; the key's own unless it may use all. */
  List<AccountRow> findAccountPage(
      @Param("cursor") String cursor,
      @Param("all") boolean all,
      @Param("accounts") Set<String> accounts,
      @Param("rows") int rows);

  /** Keeps others from changing the account until the transaction ends; empty if it is new. */
  Optional<String> lockAppId(@Param("id") String id);

  /** 0 if another gateway stored the account first. */
  int insertAccount(
      @Param("account") AccountSettings account, @Param("appSecret") byte[] appSecret);

  int updateAccount(@Param("account") AccountSettings account);

  int updateSecret(@Param("id") String id, @Param("appSecret") byte[] appSecret);

  /** 0 if it is paused already. */
  int pause(@Param("id") String id);

  /** Ends pause and gate; 0 if there is neither. */
  int resume(@Param("id") String id);

  Optional<TemplateRow> findTemplate(@Param("accountId") String accountId, @Param("id") String id);

  /** The account's templates after the cursor, by id. */
  List<TemplateRow> findTemplatePage(
      @Param("accountId") String accountId,
      @Param("cursor") String cursor,
      @Param("rows") int rows);

  /** Stores the template; true if it is new. */
  boolean putTemplate(@Param("template") TemplateSettings template);
}
