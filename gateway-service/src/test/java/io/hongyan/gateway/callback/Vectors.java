package io.hongyan.gateway.callback;

import io.hongyan.common.secret.Secret;

/**
 * The public examples of WeChat's message encryption (wechat-api 6.4): what one side of the wire
 * makes of the other's bytes, reckoned by others.
 */
final class Vectors {

  static final String TOKEN = "AAAAA";
  static final Secret KEY = new Secret("A".repeat(43));
  static final String APP_ID = "wxba5fad812f8e6fb9";
  static final String TIMESTAMP = "1714112445";
  static final String NONCE = "415670741";

  static final String V3_SIGNATURE = "6c5c811b55cc85e0e1b54100749188c20beb3f5d";
  static final String V3_MSG_SIGNATURE = "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3";
  static final String V3_MESSAGE =
      "{\"ToUserName\":\"gh_97417a04a28d\",\"FromUserName\":\"o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
          + "\",\"CreateTime\":1714112445,\"MsgType\":\"event\",\"Event\":\"debug_demo\",\"debug_str\""
          + ":\"hello world\"}";

  static final String V3_ENCRYPT =
      "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMk"
          + "Uyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7Ggia"
          + "viNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIj"
          + "df8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=";

  static final String V4_RANDOM = "707722b803182950";
  static final String V4_MESSAGE = "{\"demo_resp\":\"good luck\"}";
  static final String V4_TIMESTAMP = "1713424427";
  static final String V4_MSG_SIGNATURE = "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1";
  static final String V4_ENCRYPT =
      "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzv"
          + "e1L32tmxSQ==";

  static final String V5_TOKEN = "pamtest";
  static final Secret V5_KEY = new Secret("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
  static final String V5_APP_ID = "wxb11529c136998cb6";
  static final String V5_RANDOM = "aaaabbbbccccdddd";
  static final String V5_MESSAGE = "我是中文abcd123";
  static final String V5_TIMESTAMP = "1409304348";
  static final String V5_NONCE = "xxxxxx";
  static final String V5_MSG_SIGNATURE = "82c962d39941aa48552f90ef55aa323dc620cc10";
  static final String V5_ENCRYPT =
      "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGM"
          + "hkP72vVOfg==";

  static final String V6_TOKEN = "123456";
  static final Secret V6_KEY = new Secret("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR");
  static final String V6_APP_ID = "wx49f0ab532d5d035a";
  static final String V6_TIMESTAMP = "1411525903";
  static final String V6_NONCE = "461056294";
  static final String V6_MSG_SIGNATURE = "74d92dfeb87ba7c714f89d98870ae5eb62dff26d";
  static final String V6_ENCRYPT =
      "RgqEoJj5A4EMYlLvWO1F86ioRjZfaex/gePD0gOXTxpsq5Yj4GNglrBb8I2BAJVODGajiFnXBu7m"
          + "CPatfjsu6IHCrsTyeDXzF6Bv283dGymzxh6ydJRvZsryDyZbLTE7rhnus50qGPMfp2wASFlzEgMW"
          + "9z1ef/RD8XzaFYgm7iTdaXpXaG4+BiYyolBug/gYNx410cvkKR2/nPwBiT+P4hIiOAQqGp/TywZB"
          + "tDh1yCF2KOd0gpiMZ5jSw3e29mTvmUHzkVQiMS6td7vXUaWOMZnYZlF3So2SjHnwh4jYFxdgpkHH"
          + "qIrH/54SNdshoQgWYEvccTKe7FS709/5t6NMxuGhcUGAPOQipvWTT4dShyqio7mlsl5noTrb++x6"
          + "En749zCpQVhDpbV6GDnTbcX2e8K9QaNWHp91eBdCRxthuL0=";

  static final String V7_RANDOM = "0123456789abcdef";
  static final String V7_MSG_SIGNATURE = "0a83b975162e7576e05ff327a86cbb6e9d43abd8";
  static final String V7_MESSAGE =
      "<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CD"
          + "ATA[oia2TjuEGTNoeX76QEjQNrcURxG8]]></FromUserName><CreateTime>1395658984</Cr"
          + "eateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOB"
          + "FINISH]]></Event><MsgID>3557254367693750277</MsgID><Status><![CDATA[failed:u"
          + "ser block]]></Status></xml>";

  static final String V7_ENCRYPT =
      "uMMzGtqcnpOzXOYBwDQNrc7NdhqqQqr/+You24HGfXE5wP2gzqOjKIGpHg2Xi9VNGn8KOascNFkJ"
          + "BpCzBiNzj2mxnSTNRwweY1gxIdhtVe+p2jHcTSfyQUPoYloZygUuFKPWdnGUvM9CoJZTuRMet5a9"
          + "hfhAICzf1QVYW643LuldpdyuseZdICCgvD+/wn4+zm7cHo5lkQCf2vhfDutLz2wyhXOIGIdVKSSS"
          + "OY7NblpkDHGqmf33ulRlsofFMxDA6Pp9ifMI/fk7wXBb8qf1NP/R4/8MatRqPbpuQ7jtJVSisejG"
          + "W2gmdeIfs+5/+OD8tm1J5YjIU6BQqOBIvSL7KBQhEc0eSq+VuyXwCsubJPolf3PbAjZ6ji+dxyRQ"
          + "rMpf3DZakYoXV++mm3eGOULBvCWQD83H6mpP5D3havstc7ZOWIvEyFhn0oN+4/WMiRX/+YtDjFku"
          + "VKIkFPkLBXMhZqbEm2s86zxpHh/ln/rbuWwoYVeDUPX1cFwJlOUCFD+f";

  private Vectors() {}

  static MessageCrypto crypto() {
    return new MessageCrypto(KEY, APP_ID);
  }

  static MessageCrypto v5Crypto() {
    return new MessageCrypto(V5_KEY, V5_APP_ID);
  }
}
