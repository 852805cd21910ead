package io.hongyan.sender.doctor;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** Reads which templates an account has here. */
@Mapper
interface TemplateMapper {

  /** The account's templates. */
  @Select("select id, wechat_template_id from template where account_id = #{account} order by id")
  List<TemplateRow> findByAccount(@Param("account") String account);

  /** A template's id here and at WeChat. */
  record TemplateRow(String id, String wechatTemplateId) {}
}
