package io.hongyan.gateway.account;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;

/** SQL for accounts and their templates. */
@Mapper
interface AccountMapper {

  /** Every account, by id. */
  List<AccountRow> findAccounts();

  /** Every template of every account, by account and id. */
  List<TemplateRow> findTemplates();
}
