package io.hongyan.common.wechat;

import static io.hongyan.common.message.OutcomeClass.ACCOUNT;
import static io.hongyan.common.message.OutcomeClass.EXHAUSTED;
import static io.hongyan.common.message.OutcomeClass.RECIPIENT;
import static io.hongyan.common.message.OutcomeClass.REQUEST;
import static io.hongyan.common.message.OutcomeClass.TEMPLATE;

import io.hongyan.common.message.OutcomeClass;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * WeChat's errcodes that a sender of template messages meets, those of managing templates and quota
 * included: what to do, how the failure is classed if it ends there, and what a person should do,
 * in English and Chinese. Meanings are from Tencent's return-code list and the pages of the calls
 * (read 2026-11-21); match on the code, never the text.
 */
public enum WeChatError {
  BUSY(
      -1,
      Reaction.RETRY,
      EXHAUSTED,
      "WeChat was busy every time; retry the batch's failures later",
      "微信系统繁忙，稍后对失败的消息发起重试"),
  INVALID_CREDENTIAL(
      40001,
      Reaction.REFRESH_TOKEN,
      ACCOUNT,
      "The access token was refused; check that no other program refreshes it without sharing it",
      "access_token 无效；检查是否有其他程序单独刷新 token"),
  BAD_GRANT_TYPE(
      40002,
      Reaction.FAIL,
      REQUEST,
      "A fault of this program: wrong grant_type; report it",
      "程序错误：grant_type 不正确，请报告"),
  INVALID_OPENID(
      40003,
      Reaction.FAIL,
      RECIPIENT,
      "The openid is wrong or belongs to another account; correct it in your data",
      "openid 不正确或属于其他公众号，请在业务数据中更正"),
  /** On a send it is the mini program's appid; the account's own shows at the token call. */
  INVALID_APPID(
      40013,
      Reaction.FAIL,
      REQUEST,
      "The mini program's appid is wrong or not linked to the account; correct the batch's miniprogram",
      "小程序 appid 不正确或未与公众号关联；请更正批次的 miniprogram"),
  INVALID_TOKEN(
      40014,
      Reaction.REFRESH_TOKEN,
      ACCOUNT,
      "The access token was refused; check that no other program refreshes it without sharing it",
      "access_token 不合法；检查是否有其他程序单独刷新 token"),
  INVALID_CHARSET(
      40033,
      Reaction.FAIL,
      REQUEST,
      "The content has characters that WeChat refuses; remove them",
      "内容含有微信不接受的字符，请去除"),
  INVALID_PARAMETER(
      40035,
      Reaction.FAIL,
      REQUEST,
      "WeChat refuses a parameter; look at errmsg and its rid",
      "参数不合法，请查看 errmsg 与 rid"),
  INVALID_TEMPLATE_ID(
      40037,
      Reaction.FAIL,
      TEMPLATE,
      "The template was deleted or is another account's; take its id from the template list and PUT the template again",
      "模板已删除或属于其他公众号；从模板列表取 ID 后重新登记模板"),
  INVALID_URL_LENGTH(40039, Reaction.FAIL, REQUEST, "The link is too long; shorten it", "链接过长，请缩短"),
  INVALID_URL(
      40066,
      Reaction.FAIL,
      REQUEST,
      "The path of the call is wrong; check HONGYAN_WECHAT_BASE_URL",
      "接口路径错误，请检查 HONGYAN_WECHAT_BASE_URL"),
  INVALID_INDUSTRY_ID(
      40102,
      Reaction.FAIL,
      REQUEST,
      "There is no such industry; take both ids from WeChat's list of industries",
      "行业 ID 不存在；两个 ID 均须取自微信的行业列表"),
  /** Of setting the industries only; not a wrong path. */
  INVALID_INDUSTRY_INDEX(
      40103,
      Reaction.FAIL,
      REQUEST,
      "WeChat cannot read the industries; give two different ids of its list of industries",
      "行业参数无法识别；请给出行业列表中两个不同的 ID"),
  INVALID_APP_SECRET(
      40125,
      Reaction.GATE,
      ACCOUNT,
      "The app secret is wrong; PUT the account with the right one, then resume it",
      "AppSecret 不正确；更新账号后恢复发送"),
  IP_NOT_WHITELISTED(
      40164,
      Reaction.GATE,
      ACCOUNT,
      "This server's IP is not on the account's whitelist; add it on mp.weixin.qq.com, then resume the account",
      "本机 IP 不在白名单；在公众平台添加后恢复账号"),
  DUPLICATE_WITHIN_60_SECONDS(
      40241,
      Reaction.DUPLICATE,
      RECIPIENT,
      "WeChat saw the same message to this person within 60 seconds",
      "60 秒内已向该用户发送过相同的消息"),
  SECRET_FROZEN(
      40243,
      Reaction.GATE,
      ACCOUNT,
      "The app secret is frozen; unfreeze it on mp.weixin.qq.com, then resume the account",
      "AppSecret 已冻结；在公众平台解冻后恢复账号"),
  INVALID_KEYWORD_NAME(
      40246,
      Reaction.FAIL,
      REQUEST,
      "A keyword is not in the template's library entry; write the names as they stand there",
      "关键词不在模板库条目中；请按模板库原样填写"),
  OLD_TEMPLATE_LIBRARY_CLOSED(
      40247,
      Reaction.FAIL,
      REQUEST,
      "Templates of the old industry library can no longer be added; choose one of the account's categories",
      "旧行业模板库已不能添加；请从账号类目的模板中选择"),
  TOKEN_MISSING(
      41001,
      Reaction.REFRESH_TOKEN,
      ACCOUNT,
      "The access token did not arrive; check proxies between here and WeChat",
      "缺少 access_token；检查到微信之间的代理"),
  APPID_MISSING(
      41002,
      Reaction.GATE,
      ACCOUNT,
      "The account has no appid; PUT the account again, then resume it",
      "缺少 appid；重新登记账号后恢复"),
  SECRET_MISSING(
      41004,
      Reaction.GATE,
      ACCOUNT,
      "The account has no app secret; PUT the account again, then resume it",
      "缺少 AppSecret；重新登记账号后恢复"),
  TOKEN_EXPIRED(
      42001,
      Reaction.REFRESH_TOKEN,
      ACCOUNT,
      "The access token expired; check the clock of this server",
      "access_token 已过期；检查服务器时钟"),
  POST_REQUIRED(
      43002,
      Reaction.FAIL,
      REQUEST,
      "The call did not arrive as POST; check proxies between here and WeChat",
      "请求未以 POST 到达；检查到微信之间的代理"),
  HTTPS_REQUIRED(
      43003,
      Reaction.GATE,
      ACCOUNT,
      "WeChat wants HTTPS; check HONGYAN_WECHAT_BASE_URL, then resume the account",
      "需要 HTTPS；检查 HONGYAN_WECHAT_BASE_URL 后恢复账号"),
  NOT_A_FOLLOWER(
      43004,
      Reaction.FAIL,
      RECIPIENT,
      "This person does not follow the account; reach them another way",
      "该用户未关注公众号，请改用其他渠道"),
  BLACKLISTED(
      43019,
      Reaction.FAIL,
      RECIPIENT,
      "This person is on the account's blacklist; remove them there if the message must arrive",
      "该用户在公众号黑名单中，需要时请移出"),
  INDUSTRY_CHANGED_LATELY(
      43100,
      Reaction.FAIL,
      REQUEST,
      "The industries can be changed once a month; wait for the next",
      "行业每月只能修改一次，请下月再改"),
  USER_REFUSES(
      43101,
      Reaction.FAIL,
      RECIPIENT,
      "This person refuses this message; do not send it to them again",
      "该用户拒收此消息，请勿再发"),
  TEMPLATE_ADDING_FORBIDDEN(
      43106,
      Reaction.FAIL,
      REQUEST,
      "WeChat forbids the account to add templates, as a punishment; see mp.weixin.qq.com",
      "因违规处罚不能添加模板，请查看公众平台"),
  TEMPLATE_BANNED(
      43116, Reaction.FAIL, TEMPLATE, "WeChat banned the template; use another", "模板已被封禁，请更换模板"),
  TOO_OFTEN_TO_RECIPIENT(
      43117,
      Reaction.RETRY,
      RECIPIENT,
      "This person got too many messages; try again tomorrow",
      "向该用户发送过于频繁，请明天再试"),
  EMPTY_POST(
      44002,
      Reaction.FAIL,
      REQUEST,
      "The call arrived without a body; check proxies between here and WeChat",
      "请求体为空；检查到微信之间的代理"),
  CONTENT_TOO_LONG(
      45002, Reaction.FAIL, REQUEST, "The content is too long; shorten it", "内容过长，请缩短"),
  DAILY_QUOTA(
      45009,
      Reaction.DAILY_QUOTA,
      ACCOUNT,
      "The account's sends of the day are used up; they go on tomorrow (Asia/Shanghai)",
      "当日发送额度已用完，次日（北京时间）自动继续"),
  MINUTE_QUOTA(
      45011,
      Reaction.MINUTE_QUOTA,
      ACCOUNT,
      "The account sends faster than WeChat allows; set a lower ratePerSecond",
      "发送过快，请调低 ratePerSecond"),
  API_UNSUPPORTED(
      45103,
      Reaction.GATE,
      ACCOUNT,
      "WeChat no longer offers this call to the account; look on mp.weixin.qq.com",
      "该接口已不再支持，请查看公众平台"),
  DATA_FORMAT(
      47001,
      Reaction.FAIL,
      REQUEST,
      "WeChat could not read the request; look at errmsg and its rid",
      "微信无法解析请求，请查看 errmsg 与 rid"),
  ARGUMENT_INVALID(
      47003,
      Reaction.FAIL,
      REQUEST,
      "A field breaks the template's rule; errmsg names it; correct the value and send again",
      "模板字段不合规则，errmsg 给出字段名；更正后重发"),
  UNAUTHORIZED(
      48001,
      Reaction.GATE,
      ACCOUNT,
      "The account may not use this call (verified service accounts only); check its permissions, then resume it",
      "账号没有此接口权限（需认证服务号）；检查权限后恢复账号"),
  FORBIDDEN(
      48004,
      Reaction.GATE,
      ACCOUNT,
      "WeChat forbade the call for irregularities; see the notice on mp.weixin.qq.com, then resume the account",
      "接口因违规被封禁；查看公众平台通知，处理后恢复账号"),
  CLEARINGS_USED_UP(
      48006,
      Reaction.FAIL,
      REQUEST,
      "The month's ten clearings of the quota are used up, clicks on mp.weixin.qq.com included; wait for the next month",
      "本月 10 次额度清零（含公众平台上的点击）已用完，请等下月"),
  TEMPLATE_DISABLED(
      48011, Reaction.FAIL, TEMPLATE, "The template is disabled; use another", "模板已停用，请更换模板"),
  RETIRED_ADDRESS(
      48017,
      Reaction.GATE,
      ACCOUNT,
      "The request went to a retired address of WeChat's; use host names, not IPs, then resume the account",
      "请求到达微信已下线的接入 IP；请使用域名，然后恢复账号"),
  API_NOT_AUTHORIZED(
      50001,
      Reaction.GATE,
      ACCOUNT,
      "The account may not use this call; check its permissions, then resume it",
      "账号未获此接口授权；检查权限后恢复账号"),
  ACCOUNT_LIMITED(
      50002,
      Reaction.GATE,
      ACCOUNT,
      "WeChat restricted the account; see mp.weixin.qq.com, then resume it",
      "账号被限制；查看公众平台，处理后恢复账号"),
  TOKEN_CALL_FORBIDDEN(
      50004,
      Reaction.GATE,
      ACCOUNT,
      "WeChat forbade the account's token call, maybe as punishment; see mp.weixin.qq.com, then resume it",
      "token 接口被禁用（可能为处罚）；查看公众平台，处理后恢复账号"),
  NOT_FOLLOWING(
      50005,
      Reaction.FAIL,
      RECIPIENT,
      "This person does not follow the account; reach them another way",
      "该用户未关注公众号，请改用其他渠道"),
  ACCOUNT_FROZEN(
      50007,
      Reaction.GATE,
      ACCOUNT,
      "The account is frozen; see mp.weixin.qq.com, then resume it",
      "账号已冻结；查看公众平台，处理后恢复账号"),
  IP_NOT_REGISTERED(
      61004,
      Reaction.GATE,
      ACCOUNT,
      "This server's IP is not registered with WeChat; register it, then resume the account",
      "本机 IP 未登记；登记后恢复账号"),
  COMPONENT_UNAUTHORIZED(
      61007,
      Reaction.GATE,
      ACCOUNT,
      "The account did not authorise this platform for the call; authorise it, then resume the account",
      "公众号未授权此接口给第三方平台；授权后恢复账号"),
  UNKNOWN_PATH(
      76021,
      Reaction.FAIL,
      REQUEST,
      "WeChat says that it has no such call, which it has also said in an outage; try again later",
      "微信称无此接口（故障时也曾如此返回），请稍后再试"),
  PATH_NOT_PERMITTED(
      76022,
      Reaction.FAIL,
      REQUEST,
      "The account may not use this call; check its permissions",
      "账号没有此接口的权限，请检查权限"),
  IP_NEEDS_CONFIRMATION(
      89503,
      Reaction.GATE,
      ACCOUNT,
      "The account's administrator must confirm this server's IP (see the message WeChat sent them), then resume the account",
      "需管理员确认本机 IP（见微信通知），确认后恢复账号"),
  IP_REFUSED_FOR_A_DAY(
      89506,
      Reaction.GATE,
      ACCOUNT,
      "The account's administrator refused this server's IP twice; wait 24 hours, ask them, then resume the account",
      "管理员两次拒绝本机 IP；24 小时后与管理员确认再恢复账号"),
  IP_REFUSED_FOR_AN_HOUR(
      89507,
      Reaction.GATE,
      ACCOUNT,
      "The account's administrator refused this server's IP; wait an hour, ask them, then resume the account",
      "管理员拒绝本机 IP；1 小时后与管理员确认再恢复账号");

  /** What the sender does when WeChat answers a send with the code. */
  public enum Reaction {
    /** Requeue while tries are left, then fail with the code's class. */
    RETRY,
    /** Drop the token that failed, fetch another once, send again now. */
    REFRESH_TOKEN,
    /** Success if an earlier attempt may have been accepted, else fail. */
    DUPLICATE,
    /** Gate the account until the quota's day is over. */
    DAILY_QUOTA,
    /** Slow the account down and gate it to the next minute. */
    MINUTE_QUOTA,
    /** Gate the account until a person resumes it; the message waits. */
    GATE,
    /** Fail at once; trying again cannot help. */
    FAIL
  }

  private static final Map<Integer, WeChatError> BY_CODE =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(WeChatError::code, Function.identity()));

  private final int code;
  private final Reaction reaction;
  private final OutcomeClass outcomeClass;
  private final String adviceEn;
  private final String adviceZh;

  WeChatError(
      int code, Reaction reaction, OutcomeClass outcomeClass, String adviceEn, String adviceZh) {
    this.code = code;
    this.reaction = reaction;
    this.outcomeClass = outcomeClass;
    this.adviceEn = adviceEn;
    this.adviceZh = adviceZh;
  }

  /** The error with this errcode; empty if the table does not know it. */
  public static Optional<WeChatError> of(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  /** WeChat's errcode. */
  public int code() {
    return code;
  }

  /** What the sender does about it. */
  public Reaction reaction() {
    return reaction;
  }

  /** How the failure is classed if the message ends with this code. */
  public OutcomeClass outcomeClass() {
    return outcomeClass;
  }

  /** What a person should do, in English. */
  public String adviceEn() {
    return adviceEn;
  }

  /** What a person should do, in Chinese. */
  public String adviceZh() {
    return adviceZh;
  }
}
